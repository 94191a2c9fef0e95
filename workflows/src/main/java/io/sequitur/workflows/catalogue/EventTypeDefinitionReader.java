package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.schema.DataSchema;
import io.sequitur.workflows.schema.InvalidSchema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@link EventTypeDefinition}s. */
public final class EventTypeDefinitionReader extends DefinitionReader<EventTypeDefinition> {
  private static final int MAX_DESCRIPTION = 1024;

  public EventTypeDefinitionReader() {
    super("description", "schema", "onInvalid");
  }

  @Override
  protected Optional<String> nameProblem(String name) {
    return EventTypeName.problem(name);
  }

  @Override
  protected EventTypeDefinition define(String name, Fields fields) {
    return new EventTypeDefinition(
        name,
        fields.lines("description", MAX_DESCRIPTION),
        schema(fields),
        fields.choice("onInvalid", OnInvalid.REJECT, OnInvalid.values()));
  }

  private static @Nullable JsonNode schema(Fields fields) {
    JsonNode schema = fields.any("schema");
    if (schema == null) {
      return null;
    }
    if (!schema.isObject()) {
      fields.problem("schema", "Must be a JSON Schema, an object such as {\"type\": \"object\"}.");
      return null;
    }
    try {
      DataSchema.compile(schema);
    } catch (InvalidSchema e) {
      e.problems()
          .forEach(problem -> fields.problemAt("schema", problem.pointer(), problem.detail()));
    }
    return schema;
  }
}
