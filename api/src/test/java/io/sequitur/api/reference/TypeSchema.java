package io.sequitur.api.reference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The JSON Schema of a record that is answered, from its components. */
record TypeSchema(Words words, Map<Class<?>, String> around) {
  TypeSchema(Words words) {
    this(words, new HashMap<>());
  }

  /** What a record is called in the document. */
  static String name(Class<?> type) {
    String name = type.getSimpleName().replaceFirst("Body$", "");
    Class<?> around = type.getEnclosingClass();
    return !name.isEmpty() || around == null
        ? name
        : around.getSimpleName().replaceFirst("Controller$", "") + "Answer";
  }

  ObjectNode of(Class<?> type) {
    return object(type, name(type), "", "#/components/schemas/" + name(type));
  }

  /**
   * @param at what stands before the names of its fields in the words
   * @param place its own, in the document
   */
  private ObjectNode object(Class<?> type, String name, String at, String place) {
    String outer = around.putIfAbsent(type, place);
    if (outer != null) {
      // It holds others of its kind, which are described already.
      return JsonNodeFactory.instance.objectNode().put("$ref", outer);
    }
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
      String field = renamed == null ? component.getName() : renamed.value();
      ObjectNode property =
          component.getAccessor().isAnnotationPresent(JsonRawValue.class)
              ? JsonNodeFactory.instance.objectNode().put("type", "object")
              : schema(
                  component.getGenericType(), name, at + field, place + "/properties/" + field);
      words.describe(property, name, at + field);
      properties.set(field, property);
      if (!mayBeAbsent(component)) {
        required.add(field);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    around.remove(type);
    return schema;
  }

  private ObjectNode schema(Type type, String name, String path, String place) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (type instanceof ParameterizedType generic) {
      Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      if (generic.getRawType() == List.class) {
        return schema.put("type", "array").set("items", schema(last, name, path, place + "/items"));
      }
      if (generic.getRawType() == Map.class) {
        return schema
            .put("type", "object")
            .set("additionalProperties", schema(last, name, path, place + "/additionalProperties"));
      }
    }
    if (!(type instanceof Class<?> plain)) {
      throw new AssertionError(path + " of " + name + " is a " + type + ", which has no schema");
    }
    if (isWholeAnswer(plain)) {
      return schema.put("$ref", "#/components/schemas/" + name(plain));
    }
    if (plain.isRecord()) {
      return object(plain, name, path + ".", place);
    }
    if (plain.isEnum()) {
      ArrayNode constants = schema.put("type", "string").putArray("enum");
      Arrays.stream(plain.getEnumConstants()).forEach(one -> constants.add(one.toString()));
      return schema;
    }
    return scalar(schema, plain, path);
  }

  // Some operation answers it by itself, and has its schema.
  private static boolean isWholeAnswer(Class<?> type) {
    return type.isRecord()
        && type.getEnclosingClass() == null
        && type.getSimpleName().endsWith("Body");
  }

  private static ObjectNode scalar(ObjectNode schema, Class<?> type, String path) {
    if (type == String.class) {
      return schema.put("type", "string");
    }
    if (type == boolean.class || type == Boolean.class) {
      return schema.put("type", "boolean");
    }
    if (List.<Class<?>>of(int.class, Integer.class, long.class, Long.class).contains(type)) {
      return schema.put("type", "integer");
    }
    if (List.<Class<?>>of(double.class, Double.class).contains(type)) {
      return schema.put("type", "number");
    }
    if (type == Instant.class) {
      return schema.put("type", "string").put("format", "date-time");
    }
    if (JsonNode.class.isAssignableFrom(type)) {
      return type == ObjectNode.class ? schema.put("type", "object") : schema;
    }
    throw new AssertionError(path + " is a " + type + ", which has no schema: add it here");
  }

  // Null is left out of every answer; NON_EMPTY leaves out more.
  private static boolean mayBeAbsent(RecordComponent component) {
    JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
    return (include != null && include.value() == JsonInclude.Include.NON_EMPTY)
        || Stream.of(
                component.getAnnotations(),
                component.getAnnotatedType().getAnnotations(),
                component.getAccessor().getAnnotations(),
                component.getAccessor().getAnnotatedReturnType().getAnnotations())
            .flatMap(Arrays::stream)
            .map(Annotation::annotationType)
            .anyMatch(annotation -> annotation.getSimpleName().equals("Nullable"));
  }
}
