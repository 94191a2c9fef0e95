package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as its owner wrote it.
 *
 * @param events patterns; none: all user events
 * @param filter CEL, compiled once to be sure that it can be
 * @param condition null: its actions run for every event that matches
 */
public record TriggerDefinition(
    String name,
    @Nullable String description,
    List<String> events,
    @Nullable String filter,
    List<TriggerAction> actions,
    @Nullable Condition condition) {
  public TriggerDefinition {
    events = List.copyOf(events);
    actions = List.copyOf(actions);
  }

  /** The webhooks that any of its actions feeds, each once. */
  public List<String> webhooks() {
    return actions.stream().flatMap(action -> action.webhooks().stream()).distinct().toList();
  }

  /** The sync targets that any of its actions notifies, each once. */
  public List<String> targets() {
    return actions.stream()
        .flatMap(action ->
            action instanceof TriggerAction.Notify notify
                ? notify.targets().stream()
                : Stream.empty())
        .distinct()
        .toList();
  }

  /** The actions as they were written, in their order. */
  public ArrayNode actionsJson() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    actions.forEach(action -> list.addObject().set(action.kind(), json(action)));
    return list;
  }

  private static JsonNode json(TriggerAction action) {
    return switch (action) {
      case TriggerAction.Deliver deliver -> {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        deliver.webhooks().forEach(names::add);
        yield names;
      }
      case TriggerAction.StartWorkflow start -> {
        ObjectNode fields =
            JsonNodeFactory.instance
                .objectNode()
                .put("type", start.type())
                .put("taskQueue", start.taskQueue())
                .put("id", start.id().toString());
        yield start.input() == null ? fields : fields.set("input", start.input());
      }
      case TriggerAction.Invalidate invalidate -> {
        ArrayNode keys = JsonNodeFactory.instance.arrayNode();
        invalidate.keys().forEach(key -> keys.add(key.toString()));
        yield keys;
      }
      case TriggerAction.Notify notify -> {
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        notify.targets().forEach(names::add);
        yield names;
      }
    };
  }
}
