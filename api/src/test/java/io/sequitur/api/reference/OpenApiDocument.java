package io.sequitur.api.reference;

import static io.sequitur.api.reference.Interface.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.web.router.UriRouteInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Puts the OpenAPI document together, from the code and the words about it. */
final class OpenApiDocument {
  private final Interface code;
  private final Words words;
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final List<String> differences = new ArrayList<>();

  private OpenApiDocument(Interface code, Words words) {
    this.code = code;
    this.words = words;
  }

  static ObjectNode of(Interface code, Words words) {
    OpenApiDocument document = new OpenApiDocument(code, words);
    document.build();
    document.differences.addAll(words.differences());
    if (!document.differences.isEmpty()) {
      throw new AssertionError(String.join("\n", document.differences));
    }
    return document.root;
  }

  private void build() {
    root.put("openapi", "3.1.0");
    root.set("info", words.at("info"));
    root.set("servers", words.at("servers"));
    root.set("tags", words.at("tags"));
    root.putArray("security").addObject().putArray("key");
    ObjectNode paths = root.putObject("paths");
    ObjectNode components = root.putObject("components");
    Map<String, JsonNode> schemas = new TreeMap<>();
    Set<String> told = new TreeSet<>();
    for (Map.Entry<String, JsonNode> operation : words.operations()) {
      told.add(operation.getKey());
      operation(paths, operation.getKey(), operation.getValue(), schemas);
    }
    code.routes().keySet().stream()
        .filter(route -> !told.contains(route))
        .forEach(route -> differences.add("not described in openapi-words.yaml: " + route));
    ObjectNode sorted = components.putObject("schemas");
    schemas.putAll(ownSchemas());
    schemas.forEach(sorted::set);
    components.set("responses", Responses.problems());
    components.set("headers", words.at("headers"));
    components.set("securitySchemes", words.at("securitySchemes"));
  }

  private void operation(
      ObjectNode paths, String name, JsonNode said, Map<String, JsonNode> schemas) {
    UriRouteInfo<?, ?> route = code.routes().get(name);
    if (route == null) {
      differences.add("described in openapi-words.yaml, but no route: " + name);
      return;
    }
    String path = name.substring(name.indexOf(' ') + 1);
    ObjectNode operation = opening(said, path);
    List<Example> examples =
        words.examples().stream()
            .filter(one -> one.operation().equals(name) && one.shown())
            .toList();
    ArrayNode parameters = new Parameters(words, route, said, examples).all();
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    if (said.has("body")) {
      operation.set("requestBody", body(said.path("body"), examples));
    }
    operation.set("responses", new Responses(words, route, said, examples).all(schemas));
    ObjectNode item = paths.get(path) instanceof ObjectNode there ? there : paths.putObject(path);
    item.set(name.substring(0, name.indexOf(' ')).toLowerCase(Locale.ROOT), operation);
  }

  private static ObjectNode opening(JsonNode said, String path) {
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    for (String field : List.of("operationId", "summary", "description")) {
      if (said.has(field)) {
        operation.set(field, said.get(field));
      }
    }
    operation.putArray("tags").add(said.path("tag").asText());
    if (!path.startsWith("/v1/")) {
      operation.putArray("security");
    }
    return operation;
  }

  private static ObjectNode body(JsonNode said, List<Example> examples) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("required", true);
    ObjectNode content = body.putObject("content");
    for (Map.Entry<String, JsonNode> type : said.properties()) {
      ObjectNode media = content.putObject(type.getKey());
      if (type.getValue().isTextual()) {
        reference(media.putObject("schema"), type.getValue().asText());
      } else {
        media.set("schema", type.getValue());
      }
      ObjectNode shown = JsonNodeFactory.instance.objectNode();
      for (Example example : examples) {
        if (example.contentType().equals(type.getKey()) && !example.body().isMissingNode()) {
          shown
              .putObject(example.name())
              .put("summary", summary(example))
              .set("value", example.body());
        }
      }
      if (!shown.isEmpty()) {
        media.set("examples", shown);
      }
    }
    return body;
  }

  static String summary(Example example) {
    return example.status() + ": " + example.says();
  }

  /** The schemas of definitions, by name. */
  static Map<String, JsonNode> definitions(Interface code, Words words) {
    Map<String, JsonNode> schemas = new TreeMap<>();
    code.definitions()
        .forEach((name, shape) -> schemas.put(name, new ShapeSchema(words, name).of(shape)));
    return schemas;
  }

  /** Definitions, and what no type of the code has. */
  private Map<String, JsonNode> ownSchemas() {
    Map<String, JsonNode> schemas = definitions(code, words);
    words.at("schemas").properties().forEach(one -> schemas.put(one.getKey(), one.getValue()));
    schemas.put("CatalogueFile", CatalogueFileSchema.of(words, schemas));
    return schemas;
  }
}
