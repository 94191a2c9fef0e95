package io.sequitur.workflows.event;

import java.util.List;

/**
 * What a group of events touches.
 *
 * @param runs the runs that hold the group's work; a group may share one with events that stood
 *     before it
 * @param tenants whose events they are
 * @param triggers names of the triggers that matched, sorted
 * @param changedWebhooks uids of the webhooks whose configuration the group's events changed;
 *     users' own events change none
 */
public record Affected(
    List<String> runs, List<String> tenants, List<String> triggers, List<Long> changedWebhooks) {
  public Affected {
    runs = List.copyOf(runs);
    tenants = List.copyOf(tenants);
    triggers = List.copyOf(triggers);
    changedWebhooks = List.copyOf(changedWebhooks);
  }
}
