package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.catalogue.FieldShape;
import io.sequitur.workflows.catalogue.ObjectShape;
import io.sequitur.workflows.text.Durations;
import java.util.Collection;
import java.util.List;

/** The JSON Schema of a definition, from what its reader asks for. */
record ShapeSchema(Words words, String name) {
  ObjectNode of(ObjectShape shape) {
    return object(shape, "");
  }

  private ObjectNode object(ObjectShape shape, String at) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    shape
        .fields()
        .forEach((field, type) -> {
          String path = at + field;
          ObjectNode property = field(type, path, shape.required().contains(field));
          words.describe(property, name, path);
          properties.set(field, property);
        });
    if (!shape.required().isEmpty()) {
      schema.set("required", names(shape.required()));
    }
    if (!shape.oneOf().isEmpty()) {
      ArrayNode alternatives = schema.putArray(shape.oneOf().size() == 1 ? "anyOf" : "oneOf");
      shape.oneOf().forEach(group -> alternatives.add(group(group)));
    }
    if (!shape.together().isEmpty()) {
      ObjectNode together = schema.putObject("dependentRequired");
      shape.together().forEach((field, others) -> together.set(field, names(others)));
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode group(List<String> fields) {
    ObjectNode any = JsonNodeFactory.instance.objectNode();
    if (fields.size() == 1) {
      any.set("required", names(fields));
    } else {
      ArrayNode each = any.putArray("anyOf");
      fields.forEach(field -> each.addObject().set("required", names(List.of(field))));
    }
    return any;
  }

  private ObjectNode field(FieldShape shape, String path, boolean required) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    switch (shape) {
      case FieldShape.Text text -> {
        schema.put("type", "string");
        if (text.max() < Integer.MAX_VALUE) {
          schema.put("maxLength", text.max());
        }
      }
      case FieldShape.Flag flag -> otherwise(schema.put("type", "boolean"), required)
          .put("default", flag.otherwise());
      case FieldShape.Whole whole -> {
        schema.put("type", "integer").put("minimum", whole.min()).put("maximum", whole.max());
        if (!required) {
          schema.put("default", whole.otherwise());
        }
      }
      case FieldShape.Span span -> {
        schema
            .put("type", "string")
            .put("pattern", "^[0-9]{1,9}(ms|s|m|h|d)$")
            .put("x-minimum", Durations.format(span.min()))
            .put("x-maximum", Durations.format(span.max()));
        if (!required) {
          schema.put("default", Durations.format(span.otherwise()));
        }
      }
      case FieldShape.Choice choice -> {
        schema.put("type", "string").set("enum", names(choice.words()));
        if (!required) {
          schema.put("default", choice.otherwise());
        }
      }
      case FieldShape.Texts texts -> {
        schema.put("type", "array").put("maxItems", texts.max()).put("uniqueItems", true);
        schema.putObject("items").put("type", "string");
      }
      case FieldShape.Objects objects ->
          schema
              .put("type", "array")
              .put("maxItems", objects.max())
              .set("items", object(objects.each(), path + "."));
      case FieldShape.Nested nested -> schema.setAll(object(nested.object(), path + "."));
      case FieldShape.Any any -> {
        // The words say what it may be.
      }
    }
    return schema;
  }

  private static ObjectNode otherwise(ObjectNode schema, boolean required) {
    if (required) {
      throw new AssertionError("a flag that must be there");
    }
    return schema;
  }

  private static ArrayNode names(Collection<String> texts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(list::add);
    return list;
  }
}
