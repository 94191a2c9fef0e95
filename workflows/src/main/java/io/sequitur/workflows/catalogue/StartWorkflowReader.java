package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.catalogue.TriggerAction.StartWorkflow;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.temporal.WorkflowIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the action {@code startWorkflow}: as users write it, and as it stands in a row. */
public final class StartWorkflowReader {
  private static final String[] KNOWN = {"type", "taskQueue", "id", "input"};
  private static final int MAX_NAME = 255;
  private static final int MAX_ID = 1000;

  private final Function<String, Optional<String>> queueProblem;

  StartWorkflowReader(WorkflowQueues queues) {
    this(queues::problem);
  }

  private StartWorkflowReader(Function<String, Optional<String>> queueProblem) {
    this.queueProblem = queueProblem;
  }

  /**
   * As it stands in a row. Which queues are allowed is asked when it is carried out.
   *
   * @throws IllegalArgumentException if somebody put something else there by hand
   */
  public static StartWorkflow stored(JsonNode parameters) {
    List<Problem> problems = new ArrayList<>();
    StartWorkflow read =
        new StartWorkflowReader(queue -> Optional.empty())
            .read(Fields.of(parameters, "", problems, KNOWN));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.getFirst().toString());
    }
    return read;
  }

  /** What stands in the action under its kind, if it is one. */
  @Nullable Fields fields(Fields action) {
    return action.object(StartWorkflow.KIND, KNOWN);
  }

  StartWorkflow read(Fields fields) {
    String type = fields.requiredText("type", MAX_NAME, StartWorkflowReader::nameProblem);
    String queue =
        fields.requiredText(
            "taskQueue", MAX_NAME, name -> nameProblem(name).or(() -> queueProblem.apply(name)));
    String id =
        fields.requiredText(
            "id",
            MAX_ID,
            text ->
                nameProblem(text)
                    .or(() -> Template.problem(text))
                    .or(() -> WorkflowIds.problem(text)));
    JsonNode input = fields.value("input", WorkflowInput::problems);
    return new StartWorkflow(
        type, queue, Template.parse(id), input == null ? null : StoredJson.normal(input));
  }

  private static Optional<String> nameProblem(String text) {
    return text.isBlank() ? Optional.of("Must not be empty.") : Texts.lineProblem(text);
  }
}
