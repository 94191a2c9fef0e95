package io.sequitur.db.event;

import java.util.List;
import java.util.UUID;

/**
 * What one event leads to: the triggers that matched it, the webhooks it goes to, and what these
 * triggers do besides.
 */
public record RoutePlan(
    UUID eventId, List<String> triggers, List<Target> targets, List<Action> actions) {
  /** One that only delivers. */
  public RoutePlan(UUID eventId, List<String> triggers, List<Target> targets) {
    this(eventId, triggers, targets, List.of());
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
