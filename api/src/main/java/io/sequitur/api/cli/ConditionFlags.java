package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code trigger set} can say about when a trigger acts. */
final class ConditionFlags {
  @Option(
      names = "--threshold",
      paramLabel = "COUNT",
      description = "Acts for the event that is this many within --within, once per window.")
  private @Nullable Integer threshold;

  @Option(
      names = "--after",
      paramLabel = "PATTERN",
      split = ",",
      description = "Acts for such an event when none of --absent follows it.")
  private List<String> after = List.of();

  @Option(
      names = "--absent",
      paramLabel = "PATTERN",
      split = ",",
      description = "What should follow an event of --after.")
  private List<String> absent = List.of();

  @Option(
      names = "--within",
      paramLabel = "DURATION",
      description = "How long it counts or waits, such as 10m.")
  private @Nullable String within;

  @Option(
      names = "--for-each",
      paramLabel = "FIELD",
      description = "Counts or waits for each value of it apart: subject, source, type, data.a.b.")
  private @Nullable String forEach;

  void writeTo(Client client, ObjectNode trigger) {
    boolean absence = !after.isEmpty() || !absent.isEmpty();
    if (!absence && threshold == null) {
      if (within != null || forEach != null) {
        throw client.misuse("--within and --for-each need --threshold, or --after and --absent");
      }
      return;
    }
    ObjectNode condition = trigger.putObject("condition");
    if (threshold != null) {
      condition.put("threshold", threshold);
    }
    if (absence) {
      after.forEach(condition.putArray("after")::add);
      absent.forEach(condition.putArray("absent")::add);
    }
    if (within != null) {
      condition.put("within", within);
    }
    if (forEach != null) {
      condition.put("forEach", forEach);
    }
  }
}
