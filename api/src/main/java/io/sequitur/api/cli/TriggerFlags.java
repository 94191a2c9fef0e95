package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What {@code trigger set} can say. */
final class TriggerFlags {
  @Option(
      names = "--on",
      paramLabel = "PATTERN",
      split = ",",
      description = "Event types, * for any characters. Without: every event of yours.")
  private List<String> events = List.of();

  @Option(
      names = "--filter",
      paramLabel = "CEL",
      description = "Matches only events for which this is true.")
  private @Nullable String filter;

  @Option(
      names = "--deliver",
      paramLabel = "WEBHOOK",
      split = ",",
      description = "Delivers to these webhooks.")
  private List<String> deliver = List.of();

  @Option(
      names = "--notify",
      paramLabel = "TARGET",
      split = ",",
      description = "Notifies these sync targets.")
  private List<String> notify = List.of();

  @Option(names = "--invalidate", paramLabel = "KEY", description = "Invalidates these cache keys.")
  private List<String> invalidate = List.of();

  @ArgGroup(exclusive = false)
  private ConditionFlags condition = new ConditionFlags();

  @ArgGroup(exclusive = false, multiplicity = "0..*")
  private @Nullable List<WorkflowFlags> workflows;

  ObjectNode writeTo(Client client, ObjectNode trigger) {
    List<WorkflowFlags> starts = workflows == null ? List.of() : workflows;
    if (deliver.isEmpty() && notify.isEmpty() && invalidate.isEmpty() && starts.isEmpty()) {
      throw client.misuse(
          "a trigger needs something to do: --deliver, --start-workflow, --notify or --invalidate");
    }
    ObjectNode on = trigger.putObject("on");
    if (!events.isEmpty()) {
      events.forEach(on.putArray("events")::add);
    }
    if (filter != null) {
      on.put("filter", filter);
    }
    condition.writeTo(client, trigger);
    ArrayNode actions = trigger.putArray("actions");
    action(actions, "deliver", deliver);
    starts.forEach(workflow -> actions.addObject().set("startWorkflow", workflow.toJson(client)));
    action(actions, "notify", notify);
    action(actions, "invalidate", invalidate);
    return trigger;
  }

  private static void action(ArrayNode actions, String kind, List<String> names) {
    if (!names.isEmpty()) {
      names.forEach(actions.addObject().putArray(kind)::add);
    }
  }
}
