package io.sequitur.db.event;

import java.util.List;
import java.util.UUID;

/** What one event leads to: the triggers that matched it, and the webhooks it goes to. */
public record RoutePlan(UUID eventId, List<String> triggers, List<Target> targets) {
  /**
   * {@code claim}: attempt it at once, if its webhook and its lane allow; else it becomes a row for
   * the webhook's workflow.
   */
  public record Target(long webhookUid, boolean claim) {}
}
