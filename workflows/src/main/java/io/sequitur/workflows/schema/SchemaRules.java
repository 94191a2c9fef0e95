package io.sequitur.workflows.schema;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.json.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What we demand of a schema beyond its draft: every reference stays in it, every regular
 * expression is RE2's, and it is not too large. Looks at every place where a schema can stand, and
 * at what references lead to; data such as {@code enum} and {@code default} is left alone.
 */
final class SchemaRules {
  private static final int MAX_LISTED = 20;
  private static final Set<String> ONE =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "contains",
          "contentSchema",
          "else",
          "if",
          "items",
          "not",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");
  private static final Set<String> LISTS =
      Set.of("allOf", "anyOf", "items", "oneOf", "prefixItems");
  private static final Set<String> MAPS =
      Set.of(
          "$defs",
          "definitions",
          "dependencies",
          "dependentSchemas",
          "patternProperties",
          "properties");
  private static final Set<String> REFERENCES = Set.of("$dynamicRef", "$recursiveRef", "$ref");

  private record Place(JsonNode node, String pointer) {}

  private record Reference(String anchor, String pointer) {}

  private final JsonNode root;
  private final List<Problem> problems = new ArrayList<>();
  private final Deque<Place> waiting = new ArrayDeque<>();
  private final Set<JsonNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> anchors = new HashSet<>();
  private final List<Reference> references = new ArrayList<>();

  private SchemaRules(JsonNode root) {
    this.root = root;
  }

  /** What is wrong, the first few; empty when nothing is. */
  static List<Problem> problems(JsonNode root) {
    SchemaRules rules = new SchemaRules(root);
    rules.look(new Place(root, ""));
    return rules.problems.subList(0, Math.min(MAX_LISTED, rules.problems.size()));
  }

  private void look(Place first) {
    waiting.add(first);
    while (!waiting.isEmpty() && problems.size() < MAX_LISTED) {
      Place place = waiting.remove();
      if (place.node.isObject() && seen.add(place.node)) {
        place.node.properties().forEach(entry -> keyword(entry.getKey(), entry.getValue(), place));
      }
    }
    for (Reference reference : references) {
      if (!anchors.contains(reference.anchor)) {
        problems.add(new Problem(reference.pointer, "There is no such anchor in this schema."));
      }
    }
  }

  private void keyword(String name, JsonNode value, Place at) {
    String pointer = Problem.child(at.pointer, name);
    if (REFERENCES.contains(name)) {
      reference(value, pointer);
    } else if (name.equals("$schema") && !at.pointer.isEmpty()) {
      problem(pointer, "`$schema` stands only at the beginning; a schema has one draft.");
    } else if (name.equals("$id")) {
      id(value, at, pointer);
    } else if (name.equals("$anchor") || name.equals("$dynamicAnchor")) {
      anchors.add(value.asText());
    } else if (name.equals("pattern") && value.isTextual()) {
      regex(value.textValue(), pointer);
    }
    nested(name, value, pointer);
  }

  private void nested(String name, JsonNode value, String pointer) {
    if (value.isObject() && MAPS.contains(name)) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        String at = Problem.child(pointer, entry.getKey());
        if (name.equals("patternProperties")) {
          regex(entry.getKey(), at);
        }
        waiting.add(new Place(entry.getValue(), at));
      }
    } else if (value.isArray() && LISTS.contains(name)) {
      for (int i = 0; i < value.size(); i++) {
        waiting.add(new Place(value.get(i), Problem.child(pointer, i)));
      }
    } else if (ONE.contains(name)) {
      waiting.add(new Place(value, pointer));
    }
  }

  private void reference(JsonNode value, String pointer) {
    String target = value.asText();
    if (!target.startsWith("#")) {
      problem(
          pointer,
          "A reference stays in its schema and begins with `#`, such as `#/$defs/address`;"
              + " nothing is ever fetched.");
    } else if (target.equals("#")) {
      waiting.add(new Place(root, ""));
    } else if (target.startsWith("#/")) {
      pointed(target.substring(1), pointer);
    } else {
      references.add(new Reference(target.substring(1), pointer));
    }
  }

  private void pointed(String encoded, String pointer) {
    try {
      String path = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      JsonNode target = root.at(JsonPointer.compile(path));
      if (target.isObject() || target.isBoolean()) {
        waiting.add(new Place(target, path));
        return;
      }
    } catch (IllegalArgumentException e) {
      // Not a pointer: the same sentence.
      problem(pointer, "There is no schema at this pointer.");
      return;
    }
    problem(pointer, "There is no schema at this pointer.");
  }

  // One below the root would change what the references under it mean.
  private void id(JsonNode value, Place at, String pointer) {
    String id = value.asText();
    if (id.startsWith("#")) {
      anchors.add(id.substring(1));
    } else if (!at.pointer.isEmpty()) {
      problem(pointer, "`$id` stands only at the beginning; refer to parts by their pointers.");
    }
  }

  private void regex(String regex, String pointer) {
    LinearRegex.problem(regex).ifPresent(detail -> problem(pointer, detail));
  }

  private void problem(String pointer, String detail) {
    problems.add(new Problem(pointer, detail));
  }
}
