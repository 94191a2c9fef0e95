package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Judges requests and answers by the schemas of an OpenAPI document. */
public final class DocumentSchemas {
  private final JsonNode document;
  private final ObjectNode strict;
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  public DocumentSchemas(JsonNode document) {
    this.document = document;
    // Clients must bear fields that they do not know; the document must name all that there are.
    this.strict = document.path("components").deepCopy();
    strict.path("schemas").properties().stream()
        .filter(schema -> !schema.getKey().equals("Problem"))
        .forEach(schema -> close(schema.getValue()));
  }

  /** The operation of a method and a path template. */
  public JsonNode operation(String method, String path) {
    return document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
  }

  /** What a request's body has against the schema of its type. */
  public List<String> requestProblems(JsonNode operation, String contentType, JsonNode body) {
    JsonNode schema =
        operation.path("requestBody").path("content").path(contentType).path("schema");
    return schema.isMissingNode()
        ? List.of("no schema for " + contentType)
        : problems(schema, document.path("components"), body);
  }

  /** The response of a status, with references followed; missing when it is not documented. */
  public JsonNode response(JsonNode operation, int status) {
    JsonNode response = operation.path("responses").path(Integer.toString(status));
    return response.has("$ref")
        ? document.at(response.get("$ref").asText().substring(1))
        : response;
  }

  /** What an answer has against the schema of its status; unnamed fields are a problem too. */
  public List<String> answerProblems(JsonNode response, String contentType, JsonNode body) {
    for (Map.Entry<String, JsonNode> type : response.path("content").properties()) {
      if (contentType.startsWith(type.getKey())) {
        ObjectNode schema = type.getValue().path("schema").deepCopy();
        close(schema);
        return problems(schema, strict, body);
      }
    }
    return List.of(contentType + " is not documented");
  }

  private List<String> problems(JsonNode schema, JsonNode components, JsonNode value) {
    ObjectNode whole = schema.deepCopy();
    whole.set("components", components);
    return registry.getSchema(whole).validate(value).stream().map(Error::toString).toList();
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && !object.has("additionalProperties")
        && (object.has("properties") || object.has("allOf"))) {
      object.put("unevaluatedProperties", false);
    }
    schema.path("properties").forEach(DocumentSchemas::close);
    if (schema.has("items")) {
      close(schema.path("items"));
    }
  }
}
