package io.sequitur.activities.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sequitur.workflows.catalogue.Reconciled;
import io.sequitur.workflows.catalogue.Reconciled.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reconcile found.
 *
 * @param triggers all but the unchanged ones, by name
 */
public record ReconcileReport(Reconciled summary, List<Line> triggers) {
  public ReconcileReport {
    triggers = List.copyOf(triggers);
  }

  /**
   * One trigger.
   *
   * @param reason why it failed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Line(String name, boolean generated, Outcome outcome, @Nullable String reason) {}
}
