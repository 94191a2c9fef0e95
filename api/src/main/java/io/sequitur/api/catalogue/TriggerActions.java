package io.sequitur.api.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.sequitur.db.catalogue.TriggerContent;
import io.sequitur.db.catalogue.TriggerRow;
import io.sequitur.workflows.catalogue.ConditionReader;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The actions of triggers on their way to the database and back. */
final class TriggerActions {
  private static final String DELIVER = "deliver";

  private TriggerActions() {}

  /** What is stored of a definition. */
  static TriggerContent content(TriggerDefinition definition) {
    String description = definition.description();
    return new TriggerContent(
        definition.name(),
        description == null ? "" : description,
        definition.events(),
        definition.filter(),
        definition.actionsJson().toString(),
        definition.webhooks(),
        definition.condition() == null
            ? null
            : ConditionReader.json(definition.condition()).toString());
  }

  /**
   * The actions of a row, as they were written. Webhooks are those that routing delivers to, which
   * hand-written SQL may have changed alone.
   */
  static ArrayNode of(TriggerRow row) {
    ArrayNode actions = Shape.array();
    Set<String> unnamed = new LinkedHashSet<>(row.deliver());
    for (JsonNode action : stored(row)) {
      ArrayNode webhooks = Shape.array();
      for (JsonNode name : action.path(DELIVER)) {
        if (row.deliver().contains(name.asText())) {
          webhooks.add(name.asText());
          unnamed.remove(name.asText());
        }
      }
      if (!action.has(DELIVER)) {
        actions.add(action);
      } else if (!webhooks.isEmpty()) {
        actions.addObject().set(DELIVER, webhooks);
      }
    }
    if (!unnamed.isEmpty()) {
      actions.addObject().set(DELIVER, Shape.list(unnamed));
    }
    return actions;
  }

  /** The same with one {@code deliver}, first and sorted: what two lists are compared by. */
  static ArrayNode merged(ArrayNode actions) {
    Set<String> webhooks = new TreeSet<>();
    ArrayNode others = Shape.array();
    for (JsonNode action : actions) {
      if (action.has(DELIVER)) {
        action.path(DELIVER).forEach(name -> webhooks.add(name.asText()));
      } else {
        others.add(action);
      }
    }
    ArrayNode merged = Shape.array();
    if (!webhooks.isEmpty()) {
      merged.addObject().set(DELIVER, Shape.list(webhooks));
    }
    return merged.addAll(others);
  }

  /** A stored condition in its normal form; one that is wrong, as it stands there. */
  static @Nullable JsonNode condition(@Nullable String stored) {
    if (stored == null) {
      return null;
    }
    JsonNode written = read(stored);
    try {
      return ConditionReader.json(ConditionReader.of(written));
    } catch (IllegalArgumentException e) {
      // Written by hand past the API: its owner has to see it.
      return written;
    }
  }

  private static JsonNode stored(TriggerRow row) {
    return StoredJson.normal(read(row.actions()));
  }

  private static JsonNode read(String stored) {
    try {
      return StoredJson.read(stored);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column of jsonb is JSON", e);
    }
  }
}
