package io.sequitur.workflows.catalogue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link TriggerDefinition}s. */
public final class TriggerDefinitionReader extends DefinitionReader<TriggerDefinition> {
  private static final int MAX_DESCRIPTION = 1024;
  private static final int MAX_PATTERNS = 100;
  private static final int MAX_ACTIONS = 20;
  private static final int MAX_WEBHOOKS = 100;
  private static final String[] UNAVAILABLE = {"notify", "startWorkflow", "invalidate"};
  private static final String LATER = "`%s` is not available yet in this version; leave it out.";

  public TriggerDefinitionReader() {
    super("description", "on", "condition", "actions");
  }

  @Override
  protected TriggerDefinition define(String name, Fields fields) {
    if (fields.has("condition")) {
      fields.problem("condition", LATER.formatted("condition"));
    }
    String description = fields.lines("description", MAX_DESCRIPTION);
    Fields on = fields.object("on", "events", "filter");
    if (on == null) {
      fields.problem("on", "`on` is required; {} means all user events.");
      return new TriggerDefinition(name, description, List.of(), null, actions(fields));
    }
    return new TriggerDefinition(name, description, patterns(on), filter(on), actions(fields));
  }

  /** The {@code events} of a trigger or webhook. */
  public static List<String> patterns(Fields fields) {
    return fields.texts("events", MAX_PATTERNS, EventPattern::problem);
  }

  /** The {@code filter} of a trigger or webhook. */
  public static @Nullable String filter(Fields fields) {
    return fields.text("filter", FilterLanguage.MAX_EXPRESSION, EventFilter::problem);
  }

  private static List<TriggerAction> actions(Fields fields) {
    List<TriggerAction> actions = new ArrayList<>();
    List<Fields> written =
        fields.objects("actions", MAX_ACTIONS, "deliver", "notify", "startWorkflow", "invalidate");
    for (Fields action : written) {
      actions.add(action(action));
    }
    if (!fields.has("actions")) {
      fields.problem("actions", "`actions` is required, such as [{\"deliver\": [\"erp\"]}].");
    }
    return actions;
  }

  private static TriggerAction action(Fields fields) {
    boolean later = false;
    for (String kind : UNAVAILABLE) {
      if (fields.has(kind)) {
        later = true;
        fields.problem(kind, LATER.formatted(kind));
      }
    }
    List<String> webhooks = fields.texts("deliver", MAX_WEBHOOKS, CatalogueName::problem);
    if (!later && !fields.has("deliver")) {
      fields.problem("An action must say what to do, such as {\"deliver\": [\"erp\"]}.");
    } else if (later && fields.has("deliver")) {
      fields.problem("An action does one thing; write one list entry for each.");
    }
    return new TriggerAction.Deliver(webhooks);
  }
}
