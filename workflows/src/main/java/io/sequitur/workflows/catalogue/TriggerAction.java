package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a trigger does when an event matches. */
public sealed interface TriggerAction {
  /** The field that it is written under. */
  String kind();

  /** The webhooks that get the event, each once. */
  default List<String> webhooks() {
    return List.of();
  }

  /**
   * Delivers the event.
   *
   * @param webhooks names, each once
   */
  record Deliver(List<String> webhooks) implements TriggerAction {
    /** What it is written under. */
    public static final String KIND = "deliver";

    public Deliver {
      webhooks = List.copyOf(webhooks);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * Starts a workflow of the user's.
   *
   * @param type as its worker registered it
   * @param taskQueue where its worker polls
   * @param id of the workflow; the same id starts no second one
   * @param input the one argument, an object with templates in its texts; null: no argument
   */
  record StartWorkflow(String type, String taskQueue, Template id, @Nullable JsonNode input)
      implements TriggerAction {
    /** What it is written under. */
    public static final String KIND = "startWorkflow";

    @Override
    public String kind() {
      return KIND;
    }

    /**
     * What is started for an event.
     *
     * @throws TemplateFailure naming the field that the event lacks
     */
    public Filled filled(EventContext event) {
      return new Filled(id.text(event), input == null ? null : WorkflowInput.fill(input, event));
    }

    /** Its templates filled in. */
    public record Filled(String id, @Nullable JsonNode input) {}
  }

  /**
   * Makes stale what users cache.
   *
   * @param keys each once
   */
  record Invalidate(List<Template> keys) implements TriggerAction {
    /** What it is written under. */
    public static final String KIND = "invalidate";

    public Invalidate {
      keys = List.copyOf(keys);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }

  /**
   * Has sync targets told, whether the catalogue has changed or not.
   *
   * @param targets names, each once
   */
  record Notify(List<String> targets) implements TriggerAction {
    /** What it is written under. */
    public static final String KIND = "notify";

    public Notify {
      targets = List.copyOf(targets);
    }

    @Override
    public String kind() {
      return KIND;
    }
  }
}
