package io.sequitur.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.Ids;
import io.sequitur.db.cache.Stale;
import io.sequitur.db.delivery.EventContent;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.Routed;
import io.sequitur.workflows.event.EventGroup;
import io.sequitur.workflows.event.EventWorkflow;
import io.sequitur.workflows.temporal.Payloads;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.sequitur.workflows.temporal.TaskQueues;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StartsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** What the workflows were given, and when; of this test alone, as workflows have no fields. */
  private final Queue<Started> started = new ConcurrentLinkedQueue<>();

  private final TestWorkflowEnvironment temporal =
      TestWorkflowEnvironment.newInstance(
          TestEnvironmentOptions.newBuilder()
              .setUseTimeskipping(false)
              .setWorkflowClientOptions(
                  WorkflowClientOptions.newBuilder().setDataConverter(Payloads.converter()).build())
              .registerSearchAttribute(
                  SearchAttributes.TENANT.getName(),
                  IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
              .registerSearchAttribute(
                  SearchAttributes.EVENT.getName(),
                  IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
              .build());
  private final Starts starts = new Starts(new GroupStarter(temporal.getWorkflowClient()));

  private record Started(long nanos, EventGroup group) {}

  @BeforeEach
  void start() {
    temporal
        .newWorker(TaskQueues.ENGINE)
        .registerWorkflowImplementationFactory(
            EventWorkflow.class, () -> group -> started.add(new Started(System.nanoTime(), group)));
    temporal.start();
  }

  @AfterEach
  void close() {
    starts.stop();
    temporal.close();
  }

  @Test
  void moreThanFitIntoOneWorkflowAreStartedWithoutAPause() {
    starts.add(routed(20 * 256 + 44));
    starts.start();
    awaitStarted(21);
    assertThat(sizes()).containsOnly(256, 44);
    assertThat(started.stream().flatMap(one -> one.group.events().stream()).distinct())
        .hasSize(20 * 256 + 44);
    assertThat(
            started.stream().mapToLong(Started::nanos).max().orElseThrow()
                - started.stream().mapToLong(Started::nanos).min().orElseThrow())
        .as("twenty pauses would take ten seconds")
        .isLessThan(Duration.ofSeconds(9).toNanos());
  }

  @Test
  void aSingleEventIsStartedAtOnceAndThoseThatFollowShareTheNextWorkflow() {
    starts.start();
    // The first workflow of a process takes longest.
    starts.add(routed(1));
    awaitStarted(1);
    starts.add(routed(1));
    awaitStarted(2);
    for (int i = 0; i < 10; i++) {
      starts.add(routed(1));
    }
    awaitEvents(12);
    List<Integer> sizes = sizes();
    assertThat(sizes.subList(0, 2)).containsExactly(1, 1);
    // At most one pause can have ended while they were added.
    assertThat(sizes.size()).isLessThanOrEqualTo(4);
    List<Long> times = started.stream().map(Started::nanos).toList();
    assertThat(Duration.ofNanos(times.get(2) - times.get(1)))
        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(20));
  }

  @Test
  void whatIsHandedOverUnroutedIsStartedAtOnce() {
    List<UUID> ids = IntStream.range(0, 3).mapToObj(i -> Ids.next(Clock.systemUTC())).toList();
    assertThat(starts.startNow(ids)).isTrue();
    awaitStarted(1);
    assertThat(started.element().group.events())
        .containsExactlyElementsOf(ids.stream().map(Ids::event).toList());
  }

  private static Routed routed(int count) {
    List<PendingEvent> events =
        IntStream.range(0, count)
            .mapToObj(i -> {
              UUID id = Ids.next(Clock.systemUTC());
              return new PendingEvent(
                  i,
                  "default",
                  "s",
                  id.toString(),
                  "t",
                  null,
                  null,
                  new EventContent(id, null, "{}"));
            })
            .toList();
    List<RoutePlan> plans =
        events.stream().map(event -> new RoutePlan(event.id(), List.of(), List.of())).toList();
    return new Routed(
        UUID.randomUUID(), events, plans, List.of(), List.of(), Set.of(), List.of(), Stale.NOTHING);
  }

  private List<Integer> sizes() {
    return started.stream().map(one -> one.group.events().size()).toList();
  }

  private void awaitStarted(int count) {
    Awaitility.await()
        .atMost(LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> started.size() >= count);
  }

  private void awaitEvents(int count) {
    Awaitility.await()
        .atMost(LONG)
        .until(() -> sizes().stream().mapToInt(Integer::intValue).sum() >= count);
  }
}
