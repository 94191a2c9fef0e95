package io.sequitur.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.testing.TestEngines;
import io.sequitur.db.Ids;
import io.sequitur.db.event.Accepted;
import io.sequitur.db.event.Appended;
import io.sequitur.db.event.JudgedEvent;
import io.sequitur.db.event.NewEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is routed by the transaction that stores it, and what is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DispatcherTest {
  private static final String NO_TEMPORAL = "127.0.0.1:1";
  private static final Duration LONG = Duration.ofSeconds(20);

  private final TestEngines engines = new TestEngines();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Engine engine = engines.start(NO_TEMPORAL, Set.of(Role.API, Role.DISPATCHER));
  private final Dispatcher dispatcher = engine.bean(Dispatcher.class);
  private final TypeChecks types = engine.bean(TypeChecks.class);
  private final Ingest ingest = engine.bean(Ingest.class);

  @BeforeAll
  void makeConditions() {
    for (String type : List.of("watched", "counted")) {
      engines
          .pg()
          .update(
              "insert into sequitur.trigger (name, events, condition)"
                  + " values (?, array[?], '{\"threshold\": 1000, \"within\": \"5m\"}')",
              type,
              type);
    }
    // Nobody has raised the epochs of that change yet.
    Awaitility.await()
        .atMost(LONG)
        .until(() -> engines.pg().count("select count(*) from sequitur.invalidation") == 0);
  }

  @AfterAll
  void close() {
    threads.shutdownNow();
    engine.close();
    engines.close();
  }

  @Test
  void groupWithAnObservedEventGoesByTheOutboxAndNobodyIsRefused() {
    JudgedEvent watched = types.ask(event("watched", "group"));
    JudgedEvent free = types.ask(event("free", "group"));
    assertThat(dispatcher.mayRouteAtOnce(watched)).isTrue();
    assertThat(dispatcher.store(List.of(watched, free)))
        .isEqualTo(
            new Appended.Stored(
                List.of(
                    new Accepted(watched.event().id(), false),
                    new Accepted(free.event().id(), false))));
    awaitRouted("group", 2);
    assertThat(routedAtOnce("free", "group")).isZero();
    assertThat(dispatcher.mayRouteAtOnce(watched)).isFalse();
    assertThat(dispatcher.mayRouteAtOnce(free)).isTrue();
  }

  @Test
  void neighboursOfWhatIsObservedAreRoutedAtOnce() {
    Accepted unused = ingest.accept(event("counted", "first"));
    List<CompletableFuture<Accepted>> accepted = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      NewEvent event = event(i % 2 == 0 ? "counted" : "free", "later");
      accepted.add(CompletableFuture.supplyAsync(() -> ingest.accept(event), threads));
    }
    accepted.forEach(one -> assertThat(one).succeedsWithin(LONG).matches(a -> !a.duplicate()));
    awaitRouted("later", 40);
    assertThat(routedAtOnce("free", "later")).isEqualTo(20);
    assertThat(routedAtOnce("counted", "later")).isZero();
  }

  private void awaitRouted(String source, long events) {
    Awaitility.await()
        .atMost(LONG)
        .until(() ->
            engines
                    .pg()
                    .count(
                        "select count(*) from sequitur.event e"
                            + " join sequitur.routing r on r.event_id = e.id where e.source = ?",
                        source)
                == events);
  }

  /** How many were stored and routed by one transaction. */
  private long routedAtOnce(String type, String source) {
    return engines
        .pg()
        .count(
            "select count(*) from sequitur.event e join sequitur.routing r on r.event_id = e.id"
                + " where e.xmin = r.xmin and e.type = ? and e.source = ?",
            type,
            source);
  }

  private static NewEvent event(String type, String source) {
    return new NewEvent(
        Ids.next(Clock.systemUTC()),
        "default",
        source,
        Ids.next(Clock.systemUTC()).toString(),
        type,
        null,
        null,
        null,
        "{}");
  }
}
