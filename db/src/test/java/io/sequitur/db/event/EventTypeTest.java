package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.Ids;
import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.db.event.Appended.TypeName;
import io.sequitur.db.event.EventReader.Filter;
import io.sequitur.db.event.EventReader.Filter.State;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the type of an event means for storing it, routing it and releasing it. */
final class EventTypeTest {
  private static final Judgement ASIDE_UNDER_NONE = new Judgement(null, "why", null);

  private final World world = new World();
  private final EventStore events = world.event.events();
  private final RoutingStore routing = world.event.routing();
  private final EventReader reader = new EventReader(world.db.jdbi());
  private final QuarantineStore quarantine = new QuarantineStore(world.db.jdbi());
  private final List<UUID> asked = new ArrayList<>();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anEventWhoseTypeHasChangedIsNotStored() {
    JudgedEvent free = judged("t", Judgement.FREE);
    long first = declare("t");
    TypeName name = new TypeName("default", "t");
    assertThat(events.appendJudged(List.of(free))).isEqualTo(new Appended.Stale(List.of(name)));
    assertThat(events.appendAtOnce(List.of(free))).isEqualTo(new Appended.Stale(List.of(name)));
    world.change("update event_type set on_invalid = 'warn'");
    JudgedEvent old = judged("t", new Judgement(first, null, null));
    assertThat(events.appendJudged(List.of(old))).isEqualTo(new Appended.Stale(List.of(name)));
    assertThat(world.db.count("event") + world.db.count("dedupe")).isZero();

    assertThat(events.appendJudged(List.of(judged("t", new Judgement(version("t"), null, null)))))
        .isInstanceOf(Appended.Stored.class);
    world.change("delete from event_type");
    assertThat(events.appendJudged(List.of(free))).isInstanceOf(Appended.Stored.class);
  }

  @Test
  void oneEventWhoseTypeHasChangedKeepsItsBatchOut() {
    long version = declare("t");
    JudgedEvent right = judged("t", new Judgement(version, null, null));
    JudgedEvent other = judged("other", Judgement.FREE);
    assertThat(events.appendJudged(List.of(right, judged("t", Judgement.FREE), other)))
        .isEqualTo(new Appended.Stale(List.of(new TypeName("default", "t"))));
    assertThat(world.db.count("event") + world.db.count("dedupe")).isZero();
    assertThat(events.appendJudged(List.of(right, other))).isInstanceOf(Appended.Stored.class);
    // Another tenant's type of the same name is another type.
    NewEvent theirs = event("t", "other tenant");
    assertThat(events.appendJudged(List.of(new JudgedEvent(theirs, Judgement.FREE))))
        .isInstanceOf(Appended.Stored.class);
  }

  @Test
  void whatIsSetAsideIsStoredButNotQueued() {
    JudgedEvent alone = judged("t", ASIDE_UNDER_NONE);
    JudgedEvent first = judged("t", Judgement.FREE);
    JudgedEvent second = judged("t", ASIDE_UNDER_NONE);
    JudgedEvent warned = judged("t", new Judgement(null, null, "beware"));
    events.appendJudged(List.of(alone));
    events.appendJudged(List.of(first, second, warned));
    assertThat(routing.pending(10)).containsExactly(first.event().id(), warned.event().id());
    for (JudgedEvent aside : List.of(alone, second)) {
      EventView view = view(aside.event().id());
      assertThat(view.state()).isEqualTo("quarantined");
      assertThat(view.quarantined()).isEqualTo("why");
    }
    assertThat(view(warned.event().id()).warning()).isEqualTo("beware");
    assertThat(view(first.event().id()).warning()).isNull();
    // The same again is a duplicate, and is not set aside twice.
    assertThat(events.appendJudged(List.of(again(alone), again(second))))
        .isInstanceOfSatisfying(
            Appended.Stored.class,
            stored -> assertThat(stored.accepted()).allMatch(Accepted::duplicate));
    assertThat(world.db.count("quarantine")).isEqualTo(2);
  }

  @Test
  void routingAsksOnlyForWhatNobodyHasChecked() {
    long version = declare("t");
    UUID sql = publish("t", "k");
    UUID undeclared = publish("u", "k");
    UUID checked = judged("t", new Judgement(version, null, null)).event().id();
    events.appendJudged(
        List.of(
            new JudgedEvent(event("t", "default", checked), new Judgement(version, null, null))));
    Routed routed =
        routing.routePending(10, world.me, judging((event, at) -> Judgement.FREE)).orElseThrow();
    assertThat(routed.events())
        .extracting(PendingEvent::id)
        .containsExactly(sql, undeclared, checked);
    assertThat(asked).containsExactly(sql);
  }

  @Test
  void whatDoesNotFitIsSetAsideAndTheOthersTakeTheirPositions() {
    declare("bad");
    declare("odd");
    UUID first = publish("good", "k");
    UUID bad = publish("bad", "k");
    UUID odd = publish("odd", "k");
    UUID last = publish("good", "k");
    RoutePlanner planner =
        judging((event, at) ->
            event.type().equals("bad")
                ? new Judgement(at, "it is bad", null)
                : new Judgement(at, null, "it is odd"));
    Routed routed = routing.routePending(10, world.me, planner).orElseThrow();
    assertThat(routed.events()).extracting(PendingEvent::id).containsExactly(first, odd, last);
    assertThat(view(bad).quarantined()).isEqualTo("it is bad");
    assertThat(view(odd).warning()).isEqualTo("it is odd");
    assertThat(view(last).sequence()).isEqualTo(3);
    assertThat(world.db.count("outbox")).isZero();
    assertThat(world.event.runs().touched(List.of(first, bad, odd, last)).settled()).isEqualTo(4);
  }

  @Test
  void groupsInWhichNothingFitsDoNotHoldUpTheNext() {
    declare("bad");
    for (int i = 0; i < 6; i++) {
      publish("bad", null);
    }
    UUID good = publish("good", null);
    RoutePlanner planner = judging((event, at) -> new Judgement(at, "it is bad", null));
    Routed routed = routing.routePending(2, world.me, planner).orElseThrow();
    assertThat(routed.events()).extracting(PendingEvent::id).containsExactly(good);
    assertThat(routing.routePending(2, world.me, planner)).isEmpty();
    UUID alone = publish("bad", null);
    assertThat(routing.route(List.of(alone), world.me, planner)).isEmpty();
    assertThat(world.db.count("quarantine")).isEqualTo(7);
  }

  @Test
  void typeThatIsDeletedMeanwhileAsksForNothing() {
    declare("t");
    UUID event = publish("t", null);
    List<Optional<EventTypeRow>> loaded = new ArrayList<>();
    RoutePlanner planner =
        new RoutePlanner() {
          @Override
          public List<RoutePlan> plan(
              List<PendingEvent> events,
              Map<String, String> versions,
              Function<Set<String>, List<RoutingRule>> load) {
            return World.to().plan(events, versions, load);
          }

          @Override
          public Judgement judge(
              PendingEvent one, long version, Supplier<Optional<EventTypeRow>> load) {
            world.change("delete from event_type");
            loaded.add(load.get());
            return Judgement.FREE;
          }
        };
    assertThat(routing.route(List.of(event), world.me, planner)).isPresent();
    assertThat(loaded).containsExactly(Optional.empty());
  }

  @Test
  void ofManyReleasesOneCounts() throws Exception {
    UUID event = setAside("k");
    UUID later = publish("t", "k");
    List<Callable<Boolean>> releases =
        Collections.nCopies(20, () -> quarantine.release("default", event));
    assertThat(AtOnce.all(releases)).containsOnlyOnce(true);
    assertThat(routing.pending(10)).containsExactly(later, event);
    assertThat(world.db.value(Integer.class, "select count(distinct partition) from outbox"))
        .isEqualTo(1);
    world.route();
    assertThat(view(event).sequence()).isEqualTo(2);
    assertThat(quarantine.release("default", event)).isFalse();
    assertThat(world.db.count("outbox")).isZero();
  }

  @Test
  void whatIsReleasedIsNotAskedAgainAndKeepsItsReasonAsAWarning() {
    UUID event = setAside(null);
    declare("t");
    assertThat(quarantine.release("other tenant", event)).isFalse();
    assertThat(quarantine.release("default", event)).isTrue();
    EventView view = view(event);
    assertThat(view.state()).isEqualTo("pending");
    assertThat(view.warning()).isEqualTo("why");
    assertThat(view.releasedAt()).isNotNull();
    routing.routePending(10, world.me, judging((one, at) -> new Judgement(at, "again", null)));
    assertThat(view(event).state()).isEqualTo("routed");
    assertThat(asked).isEmpty();
  }

  @Test
  void eventsAreListedByState() {
    UUID aside = setAside(null);
    UUID routed = publish("t", null);
    world.route();
    UUID pending = publish("t", null);
    UUID newer = setAside(null);
    events.appendJudged(List.of(new JudgedEvent(event("t", "other tenant"), ASIDE_UNDER_NONE)));
    List<UUID> quarantined = newestFirst(newer, aside);
    assertThat(list(State.QUARANTINED, null)).isEqualTo(quarantined);
    assertThat(list(State.QUARANTINED, quarantined.getFirst()))
        .containsExactly(quarantined.getLast());
    assertThat(list(State.PENDING, null)).containsExactly(pending);
    assertThat(list(State.ROUTED, null)).containsExactly(routed);
    assertThat(list(null, null)).isEqualTo(newestFirst(newer, pending, routed, aside));
  }

  @Test
  void everyChangeByHandIsAnotherVersionAndDeletionsAreRemembered() {
    long first = declare("t");
    world.change("update event_type set version = " + first);
    assertThat(version("t")).isGreaterThan(first);
    world.change("update event_type set name = 'renamed'");
    assertThat(deleted()).containsExactly("t");
    declare("t");
    assertThat(deleted()).isEmpty();
    world.change("delete from event_type");
    assertThat(deleted()).containsExactly("renamed", "t");
  }

  @Test
  void aTypeIsFoundByItsIndexHoweverManyThereAre() {
    world.db.execute(
        "insert into event_type (name) select 'n' || n from generate_series(1, 20000) n");
    world.db.asOwner("analyze event_type");
    try (Handle handle = world.db.jdbi().open()) {
      assertThat(
              String.join(
                  "\n",
                  handle
                      .createQuery(
                          "explain select t.version from json_to_recordset('[]') as n(tenant text, type text) left join lateral "
                              + "(select version from event_type t where t.tenant = n.tenant and t.name = n.type limit 1) t on true")
                      .mapTo(String.class)
                      .list()))
          .contains("event_type_pkey")
          .doesNotContain("Seq Scan");
    }
  }

  private interface Judge {
    Judgement judge(PendingEvent event, long version);
  }

  private RoutePlanner judging(Judge judge) {
    return new RoutePlanner() {
      @Override
      public List<RoutePlan> plan(
          List<PendingEvent> events,
          Map<String, String> versions,
          Function<Set<String>, List<RoutingRule>> load) {
        return World.to().plan(events, versions, load);
      }

      @Override
      public Judgement judge(
          PendingEvent event, long version, Supplier<Optional<EventTypeRow>> load) {
        asked.add(event.id());
        assertThat(load.get().orElseThrow().version()).isEqualTo(version);
        return judge.judge(event, version);
      }
    };
  }

  private UUID setAside(@Nullable String key) {
    NewEvent event = World.newEvent(key);
    events.appendJudged(List.of(new JudgedEvent(event, ASIDE_UNDER_NONE)));
    return event.id();
  }

  private long declare(String name) {
    long version =
        world.db.value(
            Long.class,
            "insert into event_type (name, schema) values (?, '{}') returning version",
            name);
    world.forgetWhatTheCatalogueSaid();
    return version;
  }

  private long version(String name) {
    return world.db.value(Long.class, "select version from event_type where name = ?", name);
  }

  private List<String> deleted() {
    return world
        .db
        .jdbi()
        .withHandle(handle ->
            handle
                .select("select name from event_type_deleted order by name")
                .mapTo(String.class)
                .list());
  }

  private UUID publish(String type, @Nullable String key) {
    String id =
        world.db.value(
            String.class,
            "select publish(?, '/test', null, '{}', nullif(?, ''))",
            type,
            key == null ? "" : key);
    return java.util.Objects.requireNonNull(Ids.parseEvent(id));
  }

  private EventView view(UUID event) {
    return reader.find("default", event).orElseThrow();
  }

  private List<UUID> list(@Nullable State state, @Nullable UUID before) {
    return reader.list("default", new Filter(null, null, state, before), 10).stream()
        .map(EventView::id)
        .toList();
  }

  /** As they are listed: ids of one millisecond have no other order than their own. */
  private static List<UUID> newestFirst(UUID... ids) {
    return Stream.of(ids).sorted(Comparator.comparing(UUID::toString).reversed()).toList();
  }

  private static JudgedEvent judged(String type, Judgement judgement) {
    return new JudgedEvent(event(type, "default"), judgement);
  }

  private static NewEvent event(String type, String tenant) {
    return event(type, tenant, Ids.next(Clock.systemUTC()));
  }

  private static NewEvent event(String type, String tenant, UUID id) {
    return new NewEvent(id, tenant, "/test", id.toString(), type, null, null, null, "{}");
  }

  /** The same event as another request would bring it. */
  private static JudgedEvent again(JudgedEvent judged) {
    NewEvent e = judged.event();
    NewEvent same =
        new NewEvent(
            Ids.next(Clock.systemUTC()),
            e.tenant(),
            e.source(),
            e.ceId(),
            e.type(),
            null,
            null,
            null,
            "{}");
    return new JudgedEvent(same, judged.judgement());
  }
}
