package io.sequitur.workflows.temporal;

import io.sequitur.workflows.delivery.ReplayRef;
import io.sequitur.workflows.event.ConditionRef;
import io.sequitur.workflows.event.EventGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The only place that makes workflow ids. */
public final class WorkflowIds {
  private static final String EVENT = "evt:";
  private static final String GROUP = "group:";
  private static final String WEBHOOK = "webhook:";
  private static final String CONDITION = "condition:";
  private static final String RECONCILE = "reconcile:";
  private static final String REPLAY = "replay:";
  private static final String SYNC = "sync:";

  /** What ours begin with; a user's workflow of such an id would stand in our way. */
  private static final List<String> OURS =
      List.of(EVENT, GROUP, WEBHOOK, CONDITION, RECONCILE, REPLAY, SYNC);

  /** Temporal's own limit. */
  private static final int MAX_BYTES = 1000;

  private WorkflowIds() {}

  /** A workflow per event when events come singly; a group is named after its first event. */
  public static String of(EventGroup group) {
    String first = group.events().getFirst();
    return group.events().size() == 1
        ? EVENT + first
        : GROUP + first + "+" + (group.events().size() - 1);
  }

  public static String webhook(long uid) {
    return WEBHOOK + uid;
  }

  /** Why a user's workflow may not have an id that begins like this. */
  public static Optional<String> problem(String beginning) {
    return OURS.stream()
        .filter(beginning::startsWith)
        .findFirst()
        .map(ours -> "Ids that begin with \"" + ours + "\" are the engine's own.");
  }

  /**
   * Refuses what cannot be the id of a user's workflow.
   *
   * @throws IllegalArgumentException saying why
   */
  public static void requireUsersOwn(String id) {
    problem(id)
        .ifPresent(reason -> {
          throw new IllegalArgumentException(reason);
        });
    if (id.isBlank()) {
      throw new IllegalArgumentException("The workflow id is empty for this event.");
    }
    if (id.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES
        || id.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The workflow id for this event has more than %d bytes or control characters."
              .formatted(MAX_BYTES));
    }
  }

  public static String condition(ConditionRef condition) {
    return CONDITION + condition.tenant() + ":" + condition.trigger();
  }

  public static String replay(ReplayRef replay) {
    return REPLAY + replay.id();
  }

  public static String reconcile(String tenant) {
    return RECONCILE + tenant;
  }

  public static String sync(long uid) {
    return SYNC + uid;
  }
}
