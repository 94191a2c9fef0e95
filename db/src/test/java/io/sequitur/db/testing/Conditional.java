package io.sequitur.db.testing;

import io.sequitur.db.Ids;
import io.sequitur.db.event.FiringStore.Fired;
import io.sequitur.db.event.NewEvent;
import io.sequitur.db.event.Observation;
import io.sequitur.db.event.Observation.Role;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.RoutePlan.Target;
import io.sequitur.db.event.RoutePlanner;
import io.sequitur.db.event.Routed;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A trigger with a condition: events of its types are observed by their subjects, as the catalogue
 * would have it.
 */
public final class Conditional {
  public static final String TENANT = "default";

  private final World world;
  private final String name;
  private final List<Long> webhooks;

  /** Makes the trigger; the condition's text is only what tells conditions apart. */
  public Conditional(World world, String name, long... webhooks) {
    this.world = world;
    this.name = name;
    this.webhooks = Arrays.stream(webhooks).boxed().toList();
    make();
  }

  public void make() {
    world.db.execute(
        "insert into trigger (name, events, condition) values (?, '{}', '{\"within\":\"5m\"}')",
        name);
    for (long webhook : webhooks) {
      world.db.execute(
          "insert into trigger_delivery (tenant, trigger, webhook_uid) values ('default', ?, ?)",
          name,
          webhook);
    }
  }

  public long id() {
    return world.db.value(Long.class, "select condition_id from trigger where name = ?", name);
  }

  /** Counts every event of its subject. */
  public RoutePlanner counting(int threshold, Duration within) {
    return planner(event -> new Role.Counts(threshold, within));
  }

  /** Type {@code a} opens, type {@code b} closes, {@code ab} does both. */
  public RoutePlanner waiting(Duration within) {
    return planner(
        event -> new Role.Waits(event.type().contains("a"), event.type().contains("b"), within));
  }

  private RoutePlanner planner(java.util.function.Function<PendingEvent, Role> role) {
    return (events, version, load) ->
        events.stream()
            .map(event ->
                new RoutePlan(event.id(), List.of(), List.of())
                    .observing(List.of(observation(event, role.apply(event)))))
            .toList();
  }

  private Observation observation(PendingEvent event, Role role) {
    List<Target> targets = webhooks.stream().map(uid -> new Target(uid, true)).toList();
    return new Observation(
        TENANT,
        name,
        id(),
        event.subject(),
        role,
        new RoutePlan(event.id(), List.of(name), targets));
  }

  /** Publishes an event and routes it. */
  public UUID send(String type, @Nullable String subject, @Nullable String key, RoutePlanner as) {
    UUID id = publish(world, type, subject, key);
    Routed unused = world.event.routing().route(List.of(id), world.me, as).orElseThrow();
    return id;
  }

  public static UUID publish(
      World world, String type, @Nullable String subject, @Nullable String key) {
    UUID id = Ids.next(Clock.systemUTC());
    NewEvent event =
        new NewEvent(id, TENANT, "/test", id.toString(), type, subject, null, key, "{}");
    return world.event.events().append(List.of(event)).getFirst().id();
  }

  /** Lets so much time pass for its windows. */
  public void pass(Duration time) {
    world.db.execute(
        "update condition_window set opened_at = opened_at - ? * interval '1 ms', due_at = due_at - ? * interval '1 ms' where trigger = ?",
        time.toMillis(),
        time.toMillis(),
        name);
  }

  public Fired fire(int limit) {
    return world.event.firing().fire(TENANT, name, limit);
  }

  /** Events that wait in its windows. */
  public long waiting() {
    return world.db.count("condition_window where event_id is not null and trigger = ?", name);
  }

  /** What the event's row remembers: the state of its one observation. */
  public String did(UUID event) {
    return world.db.value(
        String.class, "select conditions -> 0 ->> 'did' from routing where event_id = ?", event);
  }
}
