package io.sequitur.api.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Site;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writers change everything an attempt uses, by API and by SQL, while events flow through several
 * processes that are frozen, killed and replaced. Afterwards the receiver's log and the recorded
 * starts of the attempts are judged.
 *
 * <p>Short by default; {@code -Dsequitur.freshness=full} makes 10 000 changes and 50 000 attempts,
 * and freezes processes for up to a minute.
 */
@Tag("slow") // .ci/run runs it once, on a real Temporal server
final class FreshnessTest {
  private static final Logger log = LoggerFactory.getLogger(FreshnessTest.class);
  private static final Form FORM =
      "full".equals(System.getProperty("sequitur.freshness")) ? Form.FULL : Form.SHORT;
  private static final long SEED = Long.getLong("sequitur.seed", System.nanoTime());
  private static final int WEBHOOKS = 3;
  private static final int CHUNK = 10;

  /** From the check to the receiver's log: 250 ms, and what two busy cores add. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(5);

  private enum Form {
    SHORT(2, 250, 1_500, 2, Duration.ofMinutes(2)),
    FULL(3, 10_000, 50_000, Integer.MAX_VALUE, Duration.ofMinutes(40));

    private final int processes;
    private final int changes;
    private final int attempts;
    private final int faults;
    private final Duration limit;

    Form(int processes, int changes, int attempts, int faults, Duration limit) {
      this.processes = processes;
      this.changes = changes;
      this.attempts = attempts;
      this.faults = faults;
      this.limit = limit;
    }
  }

  private final Ledger ledger = new Ledger();
  private final ArrivalLog receiver = new ArrivalLog(FORM.attempts / FORM.changes, SEED);
  private final Site site = new Site();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean over = new AtomicBoolean();

  @AfterEach
  void end() {
    threads.shutdownNow();
    site.close();
    receiver.close();
  }

  @Test
  void noAttemptUsesWhatWasReplacedBeforeItStarted() throws Exception {
    log.info("seed {}", SEED);
    String unused = site.run("migrate");
    String key = site.run("admin", "create-key", "fresh");
    try (Processes processes = new Processes(site, key, FORM.processes, ledger)) {
      makeCatalogue(processes);
      log.info("{} processes serve", FORM.processes);
      List<Future<?>> workers = new ArrayList<>();
      workers.add(threads.submit(untilOver(this::publish)));
      for (int writer = 0; writer < 3; writer++) {
        workers.add(threads.submit(sqlWriter(new Random(SEED + writer))));
      }
      workers.add(threads.submit(switcher(new Random(SEED + 3))));
      workers.add(threads.submit(apiWriter(processes, new Random(SEED + 4))));
      workers.add(threads.submit(faults(processes, new Random(SEED + 5))));
      Awaitility.await("changes and attempts")
          .atMost(FORM.limit)
          .until(() -> enough() || workers.stream().anyMatch(FreshnessTest::failed));
      log.info("{} changes, {} arrivals", ledger.acknowledged(), receiver.count());
      over.set(true);
      for (Future<?> worker : workers) {
        worker.get();
      }
      Awaitility.await("all claims are over")
          .atMost(Duration.ofMinutes(1))
          .until(() -> claimed() == 0);
    }
    judge();
  }

  private static boolean failed(Future<?> worker) {
    return worker.state() == Future.State.FAILED;
  }

  private boolean enough() {
    return ledger.acknowledged() >= FORM.changes && receiver.count() >= FORM.attempts;
  }

  private long claimed() {
    return site.pg()
        .count("select count(*) from sequitur.delivery_open where claim_until >= now()");
  }

  private void judge() throws SQLException {
    Reading reading = new Reading(site.pg(), ledger);
    List<Use> uses = reading.uses(receiver.all());
    Verdict verdict =
        new FreshnessJudge(
                ledger.changes(),
                List.of(
                    Set.of("first", "second"),
                    Set.of("w1/url", "w1/own"),
                    Set.of("w2/url", "w2/own"),
                    Set.of("w3/url", "w3/own")),
                ledger.off(),
                ledger.frozen(),
                ON_THE_WAY)
            .judge(uses);
    log.info(
        "{} changes, {} attempts judged, {} unrecorded, {} by a frozen process after a change, {} freezes",
        ledger.acknowledged(),
        verdict.judged(),
        reading.unrecorded(),
        verdict.exceptions(),
        ledger.frozen().size());
    assertThat(verdict.violations()).as("seed %d", SEED).isEmpty();
    assertThat(verdict.judged()).isGreaterThan(FORM.attempts * 9 / 10);
  }

  private void makeCatalogue(Processes processes) throws SQLException {
    Random random = new Random(SEED);
    try (ApiWriter writer =
        new ApiWriter(site.pg(), () -> processes.any(random), receiver, ledger, random)) {
      writer.keyValuePair();
      writer.keyValue("secret", "secret");
      for (int webhook = 1; webhook <= WEBHOOKS; webhook++) {
        writer.webhook("w" + webhook);
      }
    }
  }

  /** Work that is done again and again. */
  private interface Work {
    void run() throws Exception;
  }

  private Callable<Void> untilOver(Work work) {
    return () -> {
      while (!over.get()) {
        work.run();
      }
      return null;
    };
  }

  // As many as arrive; where retries and what is held make arrivals and events differ, time does.
  private void publish() throws Exception {
    boolean unused = receiver.room().tryAcquire(CHUNK * WEBHOOKS, 100, TimeUnit.MILLISECONDS);
    try (Connection connection = site.pg().connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                select sequitur.publish('fresh.event', '/fresh', null, '{}', 'k' || (random() * 20)::int)
                from generate_series(1, ?)
                """)) {
      statement.setInt(1, CHUNK);
      statement.execute();
    }
  }

  private void awaitTurn() throws InterruptedException {
    boolean unused = receiver.turns().tryAcquire(200, TimeUnit.MILLISECONDS);
  }

  private Callable<Void> sqlWriter(Random random) {
    return () -> {
      try (SqlWriter writer = new SqlWriter(site.pg(), receiver, ledger, random)) {
        return untilOver(
                () -> {
                  awaitTurn();
                  writer.change();
                })
            .call();
      }
    };
  }

  private Callable<Void> switcher(Random random) {
    return () -> {
      try (SqlWriter writer = new SqlWriter(site.pg(), receiver, ledger, random)) {
        return untilOver(() -> writer.switchOffAndOn(this::awaitMoreArrivals)).call();
      }
    };
  }

  private void awaitMoreArrivals() {
    int goal = receiver.count() + 100;
    Awaitility.await("arrivals")
        .atMost(Duration.ofMinutes(3))
        .until(() -> over.get() || receiver.count() >= goal);
  }

  private Callable<Void> apiWriter(Processes processes, Random random) {
    return () -> {
      try (ApiWriter writer =
          new ApiWriter(site.pg(), () -> processes.any(random), receiver, ledger, random)) {
        return untilOver(
                () -> {
                  awaitTurn();
                  writer.change();
                })
            .call();
      }
    };
  }

  private Callable<Void> faults(Processes processes, Random random) {
    return () -> {
      for (int fault = 0; fault < FORM.faults && !over.get(); fault++) {
        awaitMoreArrivals();
        int which = random.nextInt(processes.count());
        if (fault % 2 == 0) {
          boolean forLong = FORM == Form.FULL && fault % 20 == 0;
          processes.freeze(
              which,
              forLong ? Duration.ofMinutes(1) : Duration.ofMillis(300 + random.nextInt(1_500)));
        } else {
          processes.kill(which);
          if (FORM == Form.FULL) {
            processes.add();
          }
        }
      }
      return null;
    };
  }
}
