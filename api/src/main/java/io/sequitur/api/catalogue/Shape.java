package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A resource as it stands in a file: what two of them are compared by, and what is exported. What
 * says nothing is left out.
 */
final class Shape {
  private final ObjectNode node = object();

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  Shape text(String field, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      node.put(field, value);
    }
    return this;
  }

  Shape flag(String field, boolean value) {
    node.put(field, value);
    return this;
  }

  Shape number(String field, int value) {
    node.put(field, value);
    return this;
  }

  Shape texts(String field, @Nullable Collection<String> values) {
    return value(field, list(values));
  }

  /** Leaves out empty lists and objects. */
  Shape value(String field, @Nullable JsonNode value) {
    if (value != null && !value.isEmpty()) {
      node.set(field, value);
    }
    return this;
  }

  /** Even an empty one. */
  Shape required(String field, JsonNode value) {
    node.set(field, value);
    return this;
  }

  ObjectNode json() {
    return node;
  }

  static ArrayNode list(@Nullable Collection<String> values) {
    ArrayNode list = array();
    if (values != null) {
      values.forEach(list::add);
    }
    return list;
  }

  /** The fields in which two differ, in the order of the first. */
  static List<String> differing(ObjectNode one, ObjectNode other) {
    Set<String> fields = new LinkedHashSet<>();
    one.fieldNames().forEachRemaining(fields::add);
    other.fieldNames().forEachRemaining(fields::add);
    List<String> differing = new ArrayList<>(fields);
    differing.removeIf(field -> Objects.equals(one.get(field), other.get(field)));
    return differing;
  }
}
