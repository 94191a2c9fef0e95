package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.delivery.Claim;
import io.sequitur.db.event.Appended.TypeName;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that are routed in the transaction that stores them. */
final class StoreAndRouteTest {
  private final World world = new World();
  private final RoutingStore routing = world.event.routing();
  private final long webhook = webhook();

  @AfterEach
  void close() {
    world.close();
  }

  // One and several are stored by statements of their own.
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatHasNoKeyIsRoutedAtOnce(int count) {
    List<NewEvent> events = events(new @Nullable String[count]);
    RoutingStore.StoredAndRouted done = store(events);
    assertThat(accepted(done))
        .containsExactlyElementsOf(events.stream().map(e -> new Accepted(e.id(), false)).toList());
    Routed routed = done.routed().orElseThrow();
    assertThat(routed.events()).extracting(PendingEvent::id).containsExactlyElementsOf(ids(events));
    assertThat(routed.claims())
        .extracting(Claim::eventId)
        .containsExactlyInAnyOrderElementsOf(ids(events));
    assertThat(routed.checks()).hasSize(count);
    assertThat(world.db.count("outbox")).isZero();
    assertThat(world.db.count("routing")).isEqualTo(count);
    assertThat(routing.route(ids(events), world.me, World.to(webhook))).isEmpty();
  }

  // Just as if they had come by way of the outbox.
  @Test
  void routerIsGivenWhatTheOutboxWouldGiveIt() {
    NewEvent event = events((String) null).getFirst();
    List<PendingEvent> seen = new ArrayList<>();
    RoutePlanner planner =
        (pending, versions, load) -> {
          seen.addAll(pending);
          assertThat(versions).containsOnlyKeys("default");
          return World.to(webhook).plan(pending, versions, load);
        };
    routing.store(judged(List.of(event)), world.me, planner);
    UUID other = world.event.events().append(events((String) null)).getFirst().id();
    routing.route(List.of(other), world.me, planner);
    assertThat(seen.getFirst())
        .usingRecursiveComparison()
        .ignoringFields("seq", "ceId", "content.id")
        .isEqualTo(seen.getLast());
  }

  @Test
  void whatHasAKeyWaitsInTheOutbox() {
    List<NewEvent> events = events("k", null, "k");
    Routed routed = store(events).routed().orElseThrow();
    assertThat(routed.events()).extracting(PendingEvent::id).containsExactly(events.get(1).id());
    assertThat(routing.pending(10)).containsExactly(events.get(0).id(), events.get(2).id());
    List<NewEvent> keyed = events("k");
    assertThat(store(keyed).routed()).isEmpty();
    assertThat(routing.pending(10)).endsWith(keyed.getFirst().id());
  }

  // Routing looks at its type when it takes it off the outbox.
  @Test
  void whatNobodyJudgedWaitsInTheOutbox() {
    List<NewEvent> events = events(null, null);
    assertThat(routing.store(EventStore.unasked(events), world.me, World.to(webhook)).routed())
        .isEmpty();
    assertThat(routing.pending(10)).containsExactlyElementsOf(ids(events));
  }

  @Test
  void whatWasKnownIsNotRoutedAgain() {
    NewEvent event = events((String) null).getFirst();
    store(List.of(event));
    NewEvent again = withId(event, UUID.randomUUID());
    assertThat(store(List.of(again)).routed()).isEmpty();
    assertThat(accepted(store(List.of(again)))).containsExactly(new Accepted(event.id(), true));
    NewEvent fresh = events((String) null).getFirst();
    NewEvent twice = withId(fresh, UUID.randomUUID());
    assertThat(store(List.of(again, fresh, twice)).routed().orElseThrow().events())
        .extracting(PendingEvent::id)
        .containsExactly(fresh.id());
    assertThat(world.db.count("delivery_open")).isEqualTo(2);
  }

  // Who does not know whether it was taken asks again, with the id that it had.
  @Test
  void theVerySameEventIsNotRoutedTwice() {
    List<NewEvent> events = events((String) null);
    store(events);
    assertThatThrownBy(() -> store(events)).isInstanceOf(JdbiException.class);
    assertThat(world.db.count("delivery_open")).isEqualTo(1);
    assertThat(world.event.events().append(events).getFirst().duplicate()).isFalse();
    assertThat(world.db.count("outbox")).isZero();
  }

  @Test
  void whatItsTypeSetsAsideIsNotRouted() {
    List<NewEvent> events = events(null, null);
    List<JudgedEvent> judged =
        List.of(
            new JudgedEvent(events.get(0), new Judgement(null, "no", null)),
            new JudgedEvent(events.get(1), Judgement.FREE));
    assertThat(routing.store(judged, world.me, World.to(webhook)).routed().orElseThrow().events())
        .extracting(PendingEvent::id)
        .containsExactly(events.get(1).id());
    NewEvent alone = events((String) null).getFirst();
    assertThat(
            routing
                .store(
                    List.of(new JudgedEvent(alone, new Judgement(null, "no", null))),
                    world.me,
                    World.to(webhook))
                .routed())
        .isEmpty();
    assertThat(world.db.count("quarantine")).isEqualTo(2);
    assertThat(world.db.count("outbox")).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void ofATypeThatHasChangedNothingIsStored(int count) {
    List<JudgedEvent> judged =
        events(new @Nullable String[count]).stream()
            .map(event -> new JudgedEvent(event, new Judgement(7L, null, null)))
            .toList();
    assertThat(routing.store(judged, world.me, World.to(webhook)).appended())
        .isInstanceOf(Appended.Stale.class);
    assertThat(world.db.count("event where type = 't'")).isZero();
    assertThat(world.db.count("routing")).isZero();
  }

  @Test
  void whatCannotBePlannedIsNotStored() {
    assertThatIllegalStateException()
        .isThrownBy(() ->
            routing.store(
                judged(events(null, "k")),
                world.me,
                (events, versions, load) -> {
                  throw new IllegalStateException("broken");
                }));
    assertThat(world.db.count("event where type = 't'")).isZero();
    assertThat(world.db.count("outbox")).isZero();
  }

  // Its rules are those of the changes before it, and to raise their epochs is not this one's turn.
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatComesBehindAChangeWithoutItsStepTwoIsNotStored(int count) {
    world.change("insert into trigger (name, events) values ('t', '{a}')");
    assertThatThrownBy(() -> store(events(new @Nullable String[count])))
        .isInstanceOf(NotAtOnceException.class);
    assertThat(world.db.count("event where type = 't'")).isZero();
    world.db.count("drain_invalidation()");
    assertThat(store(events(new @Nullable String[count])).routed()).isPresent();
  }

  // What follows what is told by the order of events without keys, too.
  @Test
  void whatAConditionObservesIsNotStored() {
    RoutePlanner observing =
        (events, versions, load) ->
            events.stream()
                .map(e -> {
                  RoutePlan plan = new RoutePlan(e.id(), List.of(), List.of());
                  Observation.Role counts = new Observation.Role.Counts(3, Duration.ofMinutes(1));
                  return plan.observing(
                      List.of(new Observation("default", "c", 1, null, counts, plan)));
                })
                .toList();
    assertThatThrownBy(() -> routing.store(judged(events((String) null)), world.me, observing))
        .isInstanceOfSatisfying(
            NotAtOnceException.class,
            e -> assertThat(e.observed()).containsExactly(new TypeName("default", "t")));
    assertThat(world.db.count("event where type = 't'")).isZero();
  }

  @Test
  void itWaitsForNobodysOpenTransaction() {
    NewEvent event = events((String) null).getFirst();
    try (Handle slow = world.db.open()) {
      slow.execute("insert into dedupe values (?, ?)", Intake.key(event), UUID.randomUUID());
      assertThatThrownBy(() -> store(List.of(event))).isInstanceOf(JdbiException.class);
      slow.rollback();
    }
  }

  // They are read anew when their version is another one.
  @Test
  void itsRulesAreOfTheVersionThatTheStatementSaw() {
    List<Map<String, String>> seen = new ArrayList<>();
    RoutePlanner planner =
        (pending, versions, load) -> {
          seen.add(Map.copyOf(versions));
          return World.to(webhook).plan(pending, versions, load);
        };
    routing.store(judged(events((String) null)), world.me, planner);
    world.change("insert into trigger (name, events) values ('t', '{a}')");
    world.db.count("drain_invalidation()");
    routing.store(judged(events((String) null)), world.me, planner);
    routing.store(judged(events(null, null)), world.me, planner);
    assertThat(seen.get(1)).isNotEqualTo(seen.get(0));
    assertThat(seen.get(2)).isEqualTo(seen.get(1));
  }

  private long webhook() {
    long uid = world.webhook("w");
    world.db.count("drain_invalidation()");
    return uid;
  }

  private RoutingStore.StoredAndRouted store(List<NewEvent> events) {
    return routing.store(judged(events), world.me, World.to(webhook));
  }

  private static List<Accepted> accepted(RoutingStore.StoredAndRouted done) {
    return ((Appended.Stored) done.appended()).accepted();
  }

  private static List<JudgedEvent> judged(List<NewEvent> events) {
    return events.stream().map(event -> new JudgedEvent(event, Judgement.FREE)).toList();
  }

  private static List<NewEvent> events(@Nullable String... keys) {
    return Arrays.stream(keys).map(World::newEvent).toList();
  }

  private static List<UUID> ids(List<NewEvent> events) {
    return events.stream().map(NewEvent::id).toList();
  }

  private static NewEvent withId(NewEvent event, UUID id) {
    return new NewEvent(
        id,
        event.tenant(),
        event.source(),
        event.ceId(),
        event.type(),
        event.subject(),
        event.time(),
        event.partitionKey(),
        event.body());
  }
}
