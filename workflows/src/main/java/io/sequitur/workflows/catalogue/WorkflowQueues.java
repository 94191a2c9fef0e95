package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.temporal.TaskQueues;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The task queues on which triggers may start workflows; never the engine's own.
 *
 * @param names of allowed ones, if not {@code any}
 */
public record WorkflowQueues(boolean any, Set<String> names) {
  /**
   * @throws IllegalArgumentException if the engine's own queue is among them
   */
  public WorkflowQueues {
    names = Set.copyOf(names);
    if (names.contains(TaskQueues.ENGINE)) {
      throw new IllegalArgumentException(
          "SEQUITUR_WORKFLOW_QUEUES must not name "
              + TaskQueues.ENGINE
              + ": it is the engine's own");
    }
  }

  /** All but the engine's own. */
  public static WorkflowQueues anyButOurs() {
    return new WorkflowQueues(true, Set.of());
  }

  public static WorkflowQueues only(Set<String> names) {
    return new WorkflowQueues(false, names);
  }

  /** Why a queue may not be used. */
  public Optional<String> problem(String queue) {
    if (queue.equals(TaskQueues.ENGINE)) {
      return Optional.of("The task queue " + queue + " is the engine's own.");
    }
    if (any || names.contains(queue)) {
      return Optional.empty();
    }
    if (names.isEmpty()) {
      return Optional.of(
          "No task queue is allowed: the server's SEQUITUR_WORKFLOW_QUEUES is empty.");
    }
    String meant =
        Suggestion.of(queue, names).map(close -> " Did you mean `" + close + "`?").orElse("");
    return Optional.of(
        "The task queue is not in the server's SEQUITUR_WORKFLOW_QUEUES.%s Allowed: %s."
            .formatted(meant, String.join(", ", new TreeSet<>(names))));
  }
}
