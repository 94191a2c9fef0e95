package io.sequitur.workflows.temporal;

import io.sequitur.workflows.event.EventGroup;

/** The only place that makes workflow ids. */
public final class WorkflowIds {
  private WorkflowIds() {}

  /** A workflow per event when events come singly; a group is named after its first event. */
  public static String of(EventGroup group) {
    String first = group.events().getFirst();
    return group.events().size() == 1
        ? "evt:" + first
        : "group:" + first + "+" + (group.events().size() - 1);
  }

  public static String webhook(long uid) {
    return "webhook:" + uid;
  }

  public static String reconcile(String tenant) {
    return "reconcile:" + tenant;
  }
}
