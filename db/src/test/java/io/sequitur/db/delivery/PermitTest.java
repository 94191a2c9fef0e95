package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.PermitStore.Permits;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rate limits, judged by the moments that permits are given out for. */
final class PermitTest {
  private static final Duration RUN = Duration.parse(System.getProperty("tests.rate", "PT3S"));
  private static final int LIMIT = 20;

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void threeProcessesTogetherGetTheLimitAndNoMore() throws Exception {
    long webhook = world.webhook("w", "rate_count = " + LIMIT + ", rate_per_ms = 1000");
    List<Callable<List<Instant>>> processes = new ArrayList<>();
    IntStream.rangeClosed(1, 3)
        .forEach(process -> processes.add(() -> takeForAWhile(webhook, 2 * process)));
    List<Instant> moments = new ArrayList<>();
    for (List<Instant> own : AtOnce.all(processes)) {
      assertThat(own).isNotEmpty();
      moments.addAll(own);
    }
    moments.sort(null);
    for (int i = 0; i + LIMIT + 1 < moments.size(); i++) {
      assertThat(Duration.between(moments.get(i), moments.get(i + LIMIT + 1)))
          .as("22 permits from %s on", moments.get(i))
          .isGreaterThan(Duration.ofSeconds(1));
    }
    double seconds = Duration.between(moments.getFirst(), moments.getLast()).toMillis() / 1000.0;
    assertThat((moments.size() - 1) / seconds).isGreaterThanOrEqualTo(LIMIT - 1);
  }

  @Test
  void whoAskAtTheSameTimeNeverGetTheSameMoment() throws Exception {
    long webhook = world.webhook("w", "rate_count = 10, rate_per_ms = 1000");
    take(webhook, 1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle before = world.db.open()) {
      before.execute("select from rate_permit for update");
      Future<Permits> one = threads.submit(() -> take(webhook, 2));
      Future<Permits> other = threads.submit(() -> take(webhook, 2));
      world.db.awaitWaiterOn(before);
      while (world.db.count(
              "pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0")
          < 2) {
        Thread.onSpinWait();
      }
      before.commit();
      assertThat(Duration.between(one.get().first(), other.get().first()).abs())
          .isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  @Test
  void whatNobodyTookHasLapsed() {
    long webhook = world.webhook("w", "rate_count = 10, rate_per_ms = 1000");
    world.db.execute(
        "insert into rate_permit (webhook_uid, last_at) values (?, now() - interval '1 hour')",
        webhook);
    Permits permits = take(webhook, 100);
    assertThat(permits.ahead()).isZero();
    assertThat(permits.granted()).as("those of one horizon").isEqualTo(11);
    assertThat(permits.spacing()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void whoIsRefusedHearsWhenTheNextOneIs() {
    long webhook = world.webhook("w", "rate_count = 1, rate_per_ms = 60000");
    assertThat(take(webhook, 5).granted()).isOne();
    Permits refused = take(webhook, 5);
    assertThat(refused.granted()).isZero();
    assertThat(refused.ahead()).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(60));
    assertThat(take(webhook, 1).first()).as("asking costs nothing").isEqualTo(refused.first());
  }

  @Test
  void aRaisedLimitHoldsFromTheLastPermitOn() {
    long webhook = world.webhook("w", "rate_count = 1, rate_per_ms = 86400000");
    take(webhook, 1);
    world.set(webhook, "rate_count = 10, rate_per_ms = 1000");
    assertThat(take(webhook, 1).granted()).isOne();
  }

  @Test
  void withoutALimitThereIsNothingToTake() {
    long webhook = world.webhook("w");
    assertThat(world.delivery.permits().take(Map.of(webhook, 3))).isEmpty();
    assertThat(world.db.count("rate_permit")).isZero();
  }

  private List<Instant> takeForAWhile(long webhook, int wanted) {
    long end = System.nanoTime() + RUN.toNanos();
    List<Instant> moments = new ArrayList<>();
    while (System.nanoTime() < end) {
      Permits permits = take(webhook, wanted);
      IntStream.range(0, permits.granted())
          .mapToObj(i -> permits.first().plus(permits.spacing().multipliedBy(i)))
          .forEach(moments::add);
      // As an attempt does: it waits for its moment.
      LockSupport.parkNanos(Math.max(1_000_000, permits.ahead().toNanos()));
    }
    return moments;
  }

  private Permits take(long webhook, int wanted) {
    return world.delivery.permits().take(Map.of(webhook, wanted)).getFirst();
  }
}
