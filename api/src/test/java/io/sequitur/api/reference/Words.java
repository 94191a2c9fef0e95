package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.document.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What no program can know about the interface: meanings, examples, and which problems an operation
 * may answer. Whatever the code has and these words do not, and the other way round, is an error.
 */
final class Words {
  private static final String FILE = "openapi-words.yaml";

  private final JsonNode root;
  private final Set<String> unused = new TreeSet<>();
  private final Set<String> missing = new TreeSet<>();

  private Words(JsonNode root) {
    this.root = root;
    root.path("fields")
        .properties()
        .forEach(schema ->
            schema
                .getValue()
                .fieldNames()
                .forEachRemaining(path -> unused.add(schema.getKey() + ": " + path)));
    root.path("parameters").fieldNames().forEachRemaining(name -> unused.add("parameter " + name));
  }

  static Words read() {
    try (InputStream stream = Words.class.getResourceAsStream("/reference/" + FILE)) {
      Document document = Document.read(stream.readAllBytes());
      if (!document.problems().isEmpty()) {
        throw new AssertionError(FILE + ": " + document.problems());
      }
      return new Words(document.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode at(String name) {
    return root.path(name);
  }

  /** Operations in the order in which they are told, by method and path. */
  List<Map.Entry<String, JsonNode>> operations() {
    return List.copyOf(root.path("operations").properties());
  }

  /** The examples of all operations, in that order. */
  List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    for (Map.Entry<String, JsonNode> operation : operations()) {
      for (JsonNode one : operation.getValue().path("examples")) {
        examples.add(Example.of(operation.getKey(), one));
      }
    }
    return examples;
  }

  /**
   * Adds what is said about a field to its schema.
   *
   * @param path names with dots between, from the schema's root
   */
  void describe(ObjectNode field, String schema, String path) {
    JsonNode own = said(schema, path);
    if (!own.isMissingNode()) {
      merge(field, own);
      return;
    }
    // What is answered means what was declared.
    JsonNode declared = said(schema + "Definition", path);
    JsonNode common = said("any", path.substring(path.lastIndexOf('.') + 1));
    JsonNode words = declared.isMissingNode() ? common : declared;
    if (words.isMissingNode()) {
      missing.add(schema + ": " + path);
    } else {
      field.put("description", words.isTextual() ? words.asText() : words.path("says").asText());
    }
  }

  /** Adds what is said about a schema as a whole, where more can be said than the code tells. */
  void describeWhole(ObjectNode whole, String schema) {
    merge(whole, said(schema, "whole"));
  }

  /** Adds what is said about a parameter: an operation's own words first. */
  void describeParameter(ObjectNode parameter, ObjectNode schema, JsonNode operation, String name) {
    unused.remove("parameter " + name);
    JsonNode own = operation.path("parameters").path(name);
    JsonNode words = own.isMissingNode() ? root.path("parameters").path(name) : own;
    if (words.isMissingNode()) {
      missing.add("parameter " + name);
    }
    merge(schema, words);
    parameter.set("description", schema.remove("description"));
  }

  private JsonNode said(String schema, String path) {
    unused.remove(schema + ": " + path);
    return root.path("fields").path(schema).path(path);
  }

  private static void merge(ObjectNode schema, JsonNode words) {
    if (words.isTextual()) {
      schema.set("description", words);
      return;
    }
    for (Map.Entry<String, JsonNode> entry : words.properties()) {
      schema.set(entry.getKey().equals("says") ? "description" : entry.getKey(), entry.getValue());
    }
  }

  /** What the code has and nobody described, or the other way round. */
  List<String> differences() {
    List<String> differences = new ArrayList<>();
    missing.forEach(one -> differences.add("not described in " + FILE + ": " + one));
    unused.forEach(one -> differences.add("described in " + FILE + ", but not there: " + one));
    return differences;
  }
}
