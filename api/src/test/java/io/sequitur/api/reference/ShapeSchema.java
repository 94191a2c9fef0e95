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
    ObjectNode schema = object(shape, "");
    words.describeWhole(schema, name);
    return schema;
  }

  private ObjectNode object(ObjectShape shape, String at) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    shape
        .fields()
        .forEach((field, type) -> {
          String path = at + field;
          boolean needed =
              shape.required().contains(field)
                  || shape.oneOf().stream().anyMatch(group -> group.contains(field));
          ObjectNode property = field(type, path, needed);
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

  private ObjectNode field(FieldShape shape, String path, boolean needed) {
    ObjectNode schema =
        switch (shape) {
          case FieldShape.Text text -> text(text);
          case FieldShape.Flag flag -> type("boolean").put("default", flag.otherwise());
          case FieldShape.Whole whole ->
              type("integer")
                  .put("minimum", whole.min())
                  .put("maximum", whole.max())
                  .put("default", whole.otherwise());
          case FieldShape.Span span ->
              type("string")
                  .put("pattern", "^[0-9]{1,9}(ms|s|m|h|d)$")
                  .put("x-minimum", Durations.format(span.min()))
                  .put("x-maximum", Durations.format(span.max()))
                  .put("default", Durations.format(span.otherwise()));
          case FieldShape.Choice choice ->
              type("string").put("default", choice.otherwise()).set("enum", names(choice.words()));
          case FieldShape.Texts texts -> list(texts.max(), type("string")).put("uniqueItems", true);
          case FieldShape.Objects objects ->
              list(objects.max(), object(objects.each(), path + "."));
          case FieldShape.Nested nested -> object(nested.object(), path + ".");
          // The words say what it may be.
          case FieldShape.Any unused -> JsonNodeFactory.instance.objectNode();
        };
    return needed ? schema.without("default") : schema;
  }

  private static ObjectNode text(FieldShape.Text text) {
    ObjectNode schema = type("string");
    return text.max() < Integer.MAX_VALUE ? schema.put("maxLength", text.max()) : schema;
  }

  private static ObjectNode list(int max, ObjectNode items) {
    return type("array").put("maxItems", max).set("items", items);
  }

  private static ObjectNode type(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private static ArrayNode names(Collection<String> texts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(list::add);
    return list;
  }
}
