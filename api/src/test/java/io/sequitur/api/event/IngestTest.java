package io.sequitur.api.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.TestEngines;
import io.sequitur.db.Digest128;
import io.sequitur.db.Ids;
import io.sequitur.db.event.Accepted;
import io.sequitur.db.event.NewEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Single events that are posted at the same time, and a publisher's transaction in their way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IngestTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final TestEngines engines = new TestEngines();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Engine engine = engines.start(null, java.util.Set.of(Role.API));
  private final Ingest ingest = engine.bean(Ingest.class);
  private final HikariDataSource pool = engine.bean(HikariDataSource.class);

  @BeforeAll
  void warmUp() {
    Accepted unused = ingest.accept(event("warm", "0"));
  }

  @AfterAll
  void close() {
    threads.shutdownNow();
    engine.close();
    engines.close();
  }

  @Test
  void whatComesWhileAnotherGroupIsUnderWaySharesOneCommit() throws SQLException {
    List<Connection> all = takeEveryConnection();
    List<CompletableFuture<Accepted>> accepted = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      accepted.add(acceptLater(event("shared", Integer.toString(i))));
      if (i == 0) {
        // The first one is alone, and waits for a connection.
        awaitThreadsAwaitingConnection();
      }
    }
    awaitBlocked(30);
    for (Connection connection : all) {
      connection.close();
    }
    accepted.forEach(one -> assertThat(one).succeedsWithin(LONG).matches(a -> !a.duplicate()));
    assertThat(commits("shared")).isEqualTo(2);
    assertThat(engines.pg().count("select count(*) from sequitur.event where source = 'shared'"))
        .isEqualTo(30);
  }

  @Test
  void whatComesWhileTooMuchWaitsIsRefusedBeforeItIsStored() {
    // Nobody routes here: the role is API alone.
    engines
        .pg()
        .update("update sequitur.event set received_at = received_at - interval '1 minute'");
    await("old, but few").until(() -> taken("few"));
    engines
        .pg()
        .update(
            "insert into sequitur.outbox (event_id, tenant)"
                + " select gen_random_uuid(), 'filler' from generate_series(1, 100000)");
    await("many, and old").until(() -> !taken("many"));
    assertThatThrownBy(() -> ingest.accept(List.of(event("refused", "1"), event("refused", "2"))))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("nothing of this was stored");
    assertThat(engines.pg().count("select count(*) from sequitur.event where source = 'refused'"))
        .isZero();
    engines.pg().update("delete from sequitur.outbox where tenant = 'filler'");
    await("few again").until(() -> taken("again"));
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(LONG).pollInterval(Duration.ofMillis(100));
  }

  private boolean taken(String source) {
    try {
      return !ingest.accept(event(source, Ids.next(Clock.systemUTC()).toString())).duplicate();
    } catch (ProblemException e) {
      return false;
    }
  }

  @Test
  void whoeverWaitsForAnOpenTransactionHoldsUpNobodyElse() throws SQLException {
    NewEvent held = event("held", "same");
    try (Connection publisher = engines.pg().connect()) {
      publisher.setAutoCommit(false);
      Pg.text(
          publisher,
          "insert into sequitur.dedupe (key, event_id) values (?, ?) returning event_id",
          Digest128.of("default", "held", "same"),
          Ids.next(Clock.systemUTC()));
      CompletableFuture<Accepted> waiting = acceptLater(held);
      for (int i = 0; i < 20; i++) {
        assertThat(acceptLater(event("free", Integer.toString(i)))).succeedsWithin(LONG);
      }
      assertThat(waiting).isNotDone();
      publisher.rollback();
      assertThat(waiting).succeedsWithin(LONG).isEqualTo(new Accepted(held.id(), false));
    }
  }

  @Test
  void theSameEventAgainIsNoDuplicateAndAnotherWithItsIdIs() {
    NewEvent event = event("again", "1");
    Accepted first = ingest.accept(event);
    assertThat(first).isEqualTo(new Accepted(event.id(), false));
    assertThat(ingest.accept(event)).isEqualTo(first);
    assertThat(ingest.accept(event("again", "1"))).isEqualTo(new Accepted(event.id(), true));
    List<CompletableFuture<Accepted>> twins = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      twins.add(acceptLater(event("twins", "1")));
    }
    assertThat(twins.stream().map(CompletableFuture::join).map(Accepted::id).distinct()).hasSize(1);
    assertThat(twins.stream().map(CompletableFuture::join).filter(Accepted::duplicate)).hasSize(9);
    assertThat(
            engines
                .pg()
                .count("select count(*) from sequitur.event where source in ('again', 'twins')"))
        .isEqualTo(2);
  }

  private static NewEvent event(String source, String ceId) {
    return new NewEvent(
        Ids.next(Clock.systemUTC()), "default", source, ceId, "t", null, null, null, "{}");
  }

  private CompletableFuture<Accepted> acceptLater(NewEvent event) {
    return CompletableFuture.supplyAsync(() -> ingest.accept(event), threads);
  }

  /** How many transactions wrote the events of a source. */
  private long commits(String source) {
    return engines
        .pg()
        .count("select count(distinct xmin::text) from sequitur.event where source = ?", source);
  }

  private List<Connection> takeEveryConnection() throws SQLException {
    List<Connection> all = new ArrayList<>();
    for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
      all.add(pool.getConnection());
    }
    return all;
  }

  private void awaitThreadsAwaitingConnection() {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> pool.getHikariPoolMXBean().getThreadsAwaitingConnection() == 1);
  }

  /** Until so many callers wait for their answers: the pool's threads do nothing else. */
  private void awaitBlocked(int callers) {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(2))
        .until(() ->
            Thread.getAllStackTraces().entrySet().stream()
                    .filter(entry -> isWaitingInIngest(entry.getKey(), entry.getValue()))
                    .count()
                == callers);
  }

  private static boolean isWaitingInIngest(Thread thread, StackTraceElement[] stack) {
    return thread.getState() == Thread.State.WAITING
        && java.util.Arrays.stream(stack)
            .anyMatch(frame -> frame.getClassName().equals(Ingest.class.getName()));
  }
}
