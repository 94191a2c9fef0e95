package io.sequitur.workflows.temporal;

/** Task queues of the engine; users' workflows may not run on them. */
public final class TaskQueues {
  public static final String ENGINE = "sequitur";

  private TaskQueues() {}
}
