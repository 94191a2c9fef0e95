package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.catalogue.TriggerAction.Deliver;
import io.sequitur.workflows.catalogue.TriggerAction.Invalidate;
import io.sequitur.workflows.catalogue.TriggerAction.Notify;
import io.sequitur.workflows.catalogue.TriggerAction.StartWorkflow;
import java.util.ArrayList;
import java.util.List;

/** Reads the actions of a trigger. */
final class ActionReader {
  private static final int MAX_ACTIONS = 20;
  private static final int MAX_WEBHOOKS = 100;
  private static final int MAX_TARGETS = 20;

  private final StartWorkflowReader workflows;

  ActionReader(WorkflowQueues queues) {
    this.workflows = new StartWorkflowReader(queues);
  }

  List<TriggerAction> actions(Fields fields) {
    List<TriggerAction> actions = new ArrayList<>();
    List<Fields> written =
        fields.objects(
            "actions", MAX_ACTIONS, Deliver.KIND, Notify.KIND, StartWorkflow.KIND, Invalidate.KIND);
    for (Fields action : written) {
      actions.add(action(action));
    }
    if (!fields.has("actions") || fields.isEmptyList("actions")) {
      fields.problem("actions", "`actions` is required, such as [{\"deliver\": [\"erp\"]}].");
    }
    return actions;
  }

  private TriggerAction action(Fields fields) {
    int kinds = 0;
    kinds += fields.has(Deliver.KIND) ? 1 : 0;
    kinds += fields.has(Notify.KIND) ? 1 : 0;
    kinds += fields.has(StartWorkflow.KIND) ? 1 : 0;
    kinds += fields.has(Invalidate.KIND) ? 1 : 0;
    if (kinds == 0) {
      fields.problem("An action must say what to do, such as {\"deliver\": [\"erp\"]}.");
    } else if (kinds > 1) {
      fields.problem("An action does one thing; write one list entry for each.");
    }
    Fields workflow = workflows.fields(fields);
    Invalidate invalidate = InvalidateReader.read(fields);
    if (!invalidate.keys().isEmpty()) {
      return invalidate;
    }
    List<String> targets = fields.texts(Notify.KIND, MAX_TARGETS, CatalogueName::problem);
    if (fields.has(Notify.KIND)) {
      if (targets.isEmpty()) {
        fields.problem(Notify.KIND, "Must name at least one sync target, such as \"scaler\".");
      }
      return new Notify(targets);
    }
    return workflow == null
        ? new Deliver(fields.texts(Deliver.KIND, MAX_WEBHOOKS, CatalogueName::problem))
        : workflows.read(workflow);
  }
}
