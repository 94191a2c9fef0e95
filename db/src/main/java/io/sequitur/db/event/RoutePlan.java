package io.sequitur.db.event;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What one event leads to: the triggers that matched it, the webhooks it goes to, and what these
 * triggers do besides; what it means to conditions comes apart.
 */
public record RoutePlan(
    UUID eventId,
    List<String> triggers,
    List<Target> targets,
    List<Action> actions,
    List<Observation> observations) {
  /** One that only delivers. */
  public RoutePlan(UUID eventId, List<String> triggers, List<Target> targets) {
    this(eventId, triggers, targets, List.of());
  }

  /** One that no condition looks at. */
  public RoutePlan(
      UUID eventId, List<String> triggers, List<Target> targets, List<Action> actions) {
    this(eventId, triggers, targets, actions, List.of());
  }

  /** The same, looked at by conditions. */
  public RoutePlan observing(List<Observation> by) {
    return new RoutePlan(eventId, triggers, targets, actions, List.copyOf(by));
  }

  /** The same, and what else follows from the event; a webhook gets it once. */
  RoutePlan and(RoutePlan more) {
    TreeSet<String> names = new TreeSet<>(triggers);
    names.addAll(more.triggers);
    TreeMap<Long, Target> webhooks = new TreeMap<>();
    more.targets.forEach(target -> webhooks.put(target.webhookUid, target));
    targets.forEach(target -> webhooks.put(target.webhookUid, target));
    List<Action> all = new ArrayList<>(actions);
    all.addAll(more.actions);
    return new RoutePlan(
        eventId, List.copyOf(names), List.copyOf(webhooks.values()), all, observations);
  }

  /**
   * {@code claim}: attempt it at once, if its webhook and its lane allow; else it becomes a row for
   * the webhook's workflow.
   */
  public record Target(long webhookUid, boolean claim) {}

  /**
   * Something to do besides delivering.
   *
   * @param ordinal its place among the trigger's actions
   * @param parameters in JSON
   */
  public record Action(String trigger, int ordinal, String kind, String parameters) {}
}
