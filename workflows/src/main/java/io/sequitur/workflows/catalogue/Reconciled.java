package io.sequitur.workflows.catalogue;

import java.util.Collections;
import java.util.List;

/** How many triggers a reconcile found of each sort. The names stand in its stored report. */
public record Reconciled(
    Integer created,
    Integer updated,
    Integer refreshed,
    Integer unchanged,
    Integer deleted,
    Integer failed) {
  public static Reconciled of(List<Outcome> outcomes) {
    return new Reconciled(
        Collections.frequency(outcomes, Outcome.created),
        Collections.frequency(outcomes, Outcome.updated),
        Collections.frequency(outcomes, Outcome.refreshed),
        Collections.frequency(outcomes, Outcome.unchanged),
        Collections.frequency(outcomes, Outcome.deleted),
        Collections.frequency(outcomes, Outcome.failed));
  }

  /** In one line. */
  public String sentence() {
    return "%d created, %d updated, %d refreshed, %d unchanged, %d deleted, %d failed"
        .formatted(created, updated, refreshed, unchanged, deleted, failed);
  }

  /** What a reconcile says of a trigger, in the words of the API. */
  public enum Outcome {
    /** The last reconcile did not know it. */
    created,
    /** It says something else than at the last one. */
    updated,
    /** The same, but of rows that no process could see change: they were stamped anew. */
    refreshed,
    unchanged,
    /** It is gone, or its webhook is inactive. */
    deleted,
    /** It cannot be compiled, and matches nothing. */
    failed
  }
}
