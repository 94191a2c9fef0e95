package io.sequitur.api.reference;

import static io.sequitur.api.reference.Interface.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.core.type.Argument;
import io.micronaut.web.router.UriRouteInfo;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an operation answers: its success from the method's type, its problems as the words say. */
record Responses(Words words, UriRouteInfo<?, ?> route, JsonNode said, List<Example> examples) {
  private static final String PROBLEM_JSON = "application/problem+json";

  /** What every operation that needs a key may answer. */
  private static final List<ProblemType> ALWAYS =
      List.of(
          ProblemType.UNAUTHENTICATED,
          ProblemType.FORBIDDEN,
          ProblemType.UNAVAILABLE,
          ProblemType.INTERNAL);

  ObjectNode all(Map<String, JsonNode> schemas) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> status : said.path("answers").properties()) {
      all.set(status.getKey(), success(status.getKey(), status.getValue(), schemas));
    }
    for (ProblemType type : problemTypes()) {
      all.putObject(Integer.toString(type.status().getCode()))
          .put("$ref", "#/components/responses/" + name(type));
    }
    return all;
  }

  private List<ProblemType> problemTypes() {
    List<ProblemType> types = new ArrayList<>();
    for (JsonNode word : said.path("problems")) {
      types.add(ProblemType.valueOf(word.asText().replace('-', '_').toUpperCase(Locale.ROOT)));
    }
    if (!said.path("open").asBoolean()) {
      types.addAll(ALWAYS);
    }
    types.sort((one, other) -> one.status().getCode() - other.status().getCode());
    return types.stream().distinct().toList();
  }

  private ObjectNode success(String status, JsonNode text, Map<String, JsonNode> schemas) {
    ObjectNode response = JsonNodeFactory.instance.objectNode().put("description", text.asText());
    ObjectNode headers = JsonNodeFactory.instance.objectNode();
    for (JsonNode header : said.path("sends")) {
      headers.putObject(header.asText()).put("$ref", "#/components/headers/" + header.asText());
    }
    boolean content = !status.equals("204") && !status.equals("304");
    if (!status.equals("204") && !headers.isEmpty()) {
      response.set("headers", headers);
    }
    if (content) {
      ObjectNode media =
          response.putObject("content").putObject(said.path("produces").asText(Example.JSON));
      media.set("schema", schema(schemas));
      ObjectNode shown = JsonNodeFactory.instance.objectNode();
      examples.stream()
          .filter(one -> Integer.toString(one.status()).equals(status))
          .filter(one -> !one.answer().isMissingNode())
          .forEach(one ->
              shown.putObject(one.name()).put("summary", one.says()).set("value", one.answer()));
      if (!shown.isEmpty()) {
        media.set("examples", shown);
      }
    }
    return response;
  }

  private ObjectNode schema(Map<String, JsonNode> schemas) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (said.has("answer")) {
      List<String> named = new ArrayList<>();
      said.path("answer").forEach(name -> named.add(name.asText()));
      if (named.isEmpty()) {
        named.add(said.path("answer").asText());
      }
      Arrays.stream(route.getTargetMethod().getDeclaringType().getDeclaredClasses())
          .filter(type -> type.isRecord() && named.contains(TypeSchema.name(type)))
          .forEach(type -> schemas.put(TypeSchema.name(type), new TypeSchema(words).of(type)));
      if (named.size() == 1) {
        return reference(schema, named.getFirst());
      }
      ArrayNode oneOf = schema.putArray("oneOf");
      named.forEach(name -> reference(oneOf.addObject(), name));
      return schema;
    }
    return ofType(route.getResponseBodyType(), schemas);
  }

  private ObjectNode ofType(Argument<?> type, Map<String, JsonNode> schemas) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (type.getType() == String.class) {
      return schema.put("type", "string");
    }
    if (type.getType() == Page.class) {
      ObjectNode properties = schema.put("type", "object").putObject("properties");
      ObjectNode items = properties.putObject("items").put("type", "array");
      items.set("items", ofType(type.getTypeParameters()[0], schemas));
      words.describe(properties.putObject("next").put("type", "string"), "Page", "next");
      schema.putArray("required").add("items");
      return schema;
    }
    if (!type.getType().isRecord()) {
      throw new AssertionError(
          "%s answers %s: name its schema in openapi-words.yaml (answer:)"
              .formatted(route.getTargetMethod(), type));
    }
    String name = TypeSchema.name(type.getType());
    schemas.put(name, new TypeSchema(words).of(type.getType()));
    return reference(schema, name);
  }

  /** One response for each problem type. */
  static ObjectNode problems() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (ProblemType type : ProblemType.values()) {
      ObjectNode response = all.putObject(name(type));
      response.put("description", type.title() + ". " + type.meaning() + " " + type.remedy());
      if (type == ProblemType.UNAVAILABLE) {
        response
            .putObject("headers")
            .putObject("Retry-After")
            .put("$ref", "#/components/headers/Retry-After");
      }
      ObjectNode schema = response.putObject("content").putObject(PROBLEM_JSON).putObject("schema");
      ArrayNode both = schema.putArray("allOf");
      reference(both.addObject(), "Problem");
      ObjectNode exact = both.addObject().putObject("properties");
      exact.putObject("type").put("const", type.uri());
      exact.putObject("title").put("const", type.title());
      exact.putObject("status").put("const", type.status().getCode());
    }
    return all;
  }

  /** Its name among the document's responses. */
  static String name(ProblemType type) {
    StringBuilder name = new StringBuilder();
    for (String word : type.anchor().split("-")) {
      name.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    return name.toString();
  }
}
