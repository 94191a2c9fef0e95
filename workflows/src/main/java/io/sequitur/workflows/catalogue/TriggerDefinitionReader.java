package io.sequitur.workflows.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@link TriggerDefinition}s. */
public final class TriggerDefinitionReader extends DefinitionReader<TriggerDefinition> {
  private static final int MAX_DESCRIPTION = 1024;
  private static final int MAX_PATTERNS = 100;

  private final ActionReader actions;

  /**
   * @param queues on which triggers may start workflows
   */
  public TriggerDefinitionReader(WorkflowQueues queues) {
    super("description", "on", "condition", "actions");
    this.actions = new ActionReader(queues);
  }

  @Override
  protected TriggerDefinition define(String name, Fields fields) {
    Condition condition = ConditionReader.read(fields);
    String description = fields.lines("description", MAX_DESCRIPTION);
    Fields on = fields.object("on", "events", "filter");
    // What an absence is about stands in `after`.
    if (on == null && !(condition instanceof Condition.Absence)) {
      fields.problem("on", "`on` is required; {} means all user events.");
    }
    List<String> events = on == null ? List.of() : patterns(on);
    if (condition != null) {
      ConditionReader.conflict(condition, events)
          .ifPresent(problem -> fields.problem("condition", problem));
    }
    String filter = on == null ? null : filter(on);
    return new TriggerDefinition(
        name, description, events, filter, actions.actions(fields), condition);
  }

  /** The {@code events} of a trigger or webhook. */
  public static List<String> patterns(Fields fields) {
    return fields.texts("events", MAX_PATTERNS, EventPattern::problem);
  }

  /** The {@code filter} of a trigger or webhook. */
  public static @Nullable String filter(Fields fields) {
    return fields.text("filter", FilterLanguage.MAX_EXPRESSION, EventFilter::problem);
  }
}
