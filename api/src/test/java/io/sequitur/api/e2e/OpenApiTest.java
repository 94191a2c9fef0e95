package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sequitur.api.document.Document;
import io.sequitur.api.reference.DocumentSchemas;
import io.sequitur.api.reference.Example;
import io.sequitur.api.reference.Examples;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The OpenAPI document, held against the running process. */
final class OpenApiTest extends EndToEnd {
  private static final Pattern KNOWN = Pattern.compile("Known: (.*)\\.");

  private final JsonNode document;
  private final DocumentSchemas schemas;
  private final Map<String, String> saved = new HashMap<>();

  OpenApiTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
    String served = api.get("/openapi.yml").expect(200).body();
    this.document = Document.read(served.getBytes(StandardCharsets.UTF_8)).json();
    this.schemas = new DocumentSchemas(document);
  }

  @Test
  void everyExampleIsAnsweredAsDocumented() {
    List<String> problems = new ArrayList<>();
    for (Example example : Examples.inOrder()) {
      execute(example)
          .forEach(
              problem -> problems.add(example.operation() + " " + example.name() + ": " + problem));
    }
    api.delete("/v1/key-values/colour").expect(204);
    assertThat(problems).isEmpty();
  }

  private List<String> execute(Example example) {
    Response last = awaited(example, send(example));
    example.save().forEach((name, pointer) -> saved.put(name, value(last, pointer)));
    JsonNode operation = schemas.operation(example.method(), example.template());
    List<String> problems = new ArrayList<>(conformity(operation, last));
    if (last.status() != example.status()) {
      problems.add("answered " + last.status() + ", not " + example.status() + ": " + last.body());
    }
    if (example.status() < 300 && !example.body().isMissingNode() && isJson(example)) {
      problems.addAll(schemas.requestProblems(operation, example.contentType(), example.body()));
    }
    if (!example.answer().isMissingNode()) {
      differences("", example.answer(), last.json(), problems);
    }
    return problems;
  }

  /** What comes later, as a delivery does, is asked for again. */
  private Response awaited(Example example, Response answer) {
    return complete(example, answer) || !example.method().equals("GET")
        ? answer
        : eventually(example.operation() + " with " + example.save())
            .until(() -> send(example), later -> complete(example, later));
  }

  private static boolean complete(Example example, Response answer) {
    return example.save().values().stream().noneMatch(pointer -> value(answer, pointer).isEmpty());
  }

  private Response send(Example example) {
    List<String> headers = new ArrayList<>(List.of("Content-Type", example.contentType()));
    example.headers().forEach((header, value) -> headers.addAll(List.of(header, resolved(value))));
    return api.send(
        example.method(),
        example.target(this::resolved),
        body(example),
        headers.toArray(String[]::new));
  }

  private @Nullable String body(Example example) {
    JsonNode body = example.body();
    if (body.isMissingNode()) {
      return null;
    }
    String text = isJson(example) && !body.isTextual() ? body.toString() : body.asText();
    // The documents' hosts do not exist; ours does.
    String reachable = text.replace("https://erp.example.com/hooks", receiver.url(path));
    return example.fill() == 0
        ? reachable
        : reachable.replaceFirst("}$", ",\"data\":\"" + "x".repeat(example.fill()) + "\"}");
  }

  private String resolved(String value) {
    return value.startsWith("$")
        ? Objects.requireNonNull(saved.get(value.substring(1)), value)
        : value;
  }

  private static String value(Response answer, String pointer) {
    return pointer.startsWith("/") ? answer.json().at(pointer).asText() : answer.header(pointer);
  }

  private static boolean isJson(Example example) {
    return example.contentType().endsWith("json");
  }

  private List<String> conformity(JsonNode operation, Response answer) {
    JsonNode response = schemas.response(operation, answer.status());
    if (response.isMissingNode()) {
      return List.of("the status " + answer.status() + " is not documented");
    }
    List<String> problems = new ArrayList<>();
    for (String header : List.of("ETag", "Retry-After")) {
      boolean documented = response.path("headers").has(header);
      if (documented == answer.header(header).isEmpty()) {
        problems.add(header + (documented ? " is missing" : " is not documented"));
      }
    }
    String type = answer.header("Content-Type");
    if (answer.body().isEmpty() && !response.has("content")) {
      return problems;
    }
    JsonNode body = type.contains("json") ? answer.json() : TextNode.valueOf(answer.body());
    problems.addAll(schemas.answerProblems(response, type, body));
    return problems;
  }

  /** An example's answer has the fields of a real one, and the same kind of value in each. */
  private static void differences(String at, JsonNode shown, JsonNode real, List<String> problems) {
    if (shown.getNodeType() != real.getNodeType()) {
      problems.add("the example answers " + shown + " at " + at + ", the server " + real);
      return;
    }
    TreeSet<String> fields = new TreeSet<>();
    shown.fieldNames().forEachRemaining(fields::add);
    real.fieldNames().forEachRemaining(fields::add);
    for (String field : fields) {
      differences(at + "/" + field, shown.path(field), real.path(field), problems);
    }
    for (int i = 0; i < Math.min(shown.size(), real.size()) && shown.isArray(); i++) {
      differences(at + "/" + i, shown.path(i), real.path(i), problems);
    }
  }

  @Test
  void defaultsAreThoseOfTheServer() {
    JsonNode webhook = api.put("/v1/webhooks/" + name, definition("")).expect(201).json();
    document
        .at("/components/schemas/WebhookDefinition/properties")
        .properties()
        .forEach(property -> {
          JsonNode otherwise = property.getValue().path("default");
          if (!otherwise.isMissingNode()) {
            assertThat(webhook.path(property.getKey())).as(property.getKey()).isEqualTo(otherwise);
          }
        });
  }

  @Test
  void definitionsTakeTheFieldsOfTheirSchemaAndNoOther() {
    document
        .path("paths")
        .properties()
        .forEach(path -> {
          String schema =
              path.getValue().at("/put/requestBody/content/application~1json/schema/$ref").asText();
          if (!schema.isEmpty()) {
            Set<String> named = new TreeSet<>();
            document
                .at(schema.substring(1) + "/properties")
                .fieldNames()
                .forEachRemaining(named::add);
            onlyTheseAreTaken(path.getKey().replace("{name}", name), named);
          }
        });
  }

  private void onlyTheseAreTaken(String resource, Set<String> named) {
    String refusal =
        api.put(resource, "{\"nonsense\":1}").expect(422).json().at("/errors/0/detail").asText();
    Matcher known = KNOWN.matcher(refusal);
    assertThat(known.find()).as(refusal).isTrue();
    Set<String> taken = new TreeSet<>(List.of(known.group(1).split(", ")));
    assertThat(taken).as(resource).containsAll(named);
    taken.removeAll(named);
    for (String field : taken) {
      // Known only to be refused with more than "unknown".
      assertThat(api.put(resource, "{\"" + field + "\":{}}").expect(422).body())
          .contains("\"/" + field + "\"");
    }
  }

  @Test
  void limitsOfEventsAreThoseOfTheServer() {
    JsonNode properties = document.at("/components/schemas/PlainEvent/properties");
    for (String attribute : List.of("type", "id", "source", "subject", "partitionkey")) {
      int max = properties.path(attribute).path("maxLength").asInt();
      assertThat(max).as(attribute).isPositive();
      api.post("/v1/events", eventWith(attribute, max)).expect(202);
      assertThat(api.post("/v1/events", eventWith(attribute, max + 1)).expect(400).body())
          .contains("\"/" + attribute + "\"");
    }
  }

  private String eventWith(String attribute, int length) {
    Map<String, String> attributes = new HashMap<>(Map.of("type", type, "source", name));
    attributes.put(attribute, "x".repeat(length));
    return new ObjectMapper().valueToTree(attributes).toString();
  }

  @Test
  void methodsThatAreNotThereAreNamed() {
    Response refused = api.send("PATCH", "/v1/webhooks/" + name, "{}");
    assertThat(refused.expect(405).json().path("type").asText()).endsWith("#method-not-allowed");
    assertThat(refused.header("Allow")).contains("GET", "PUT", "DELETE");
  }

  @Test
  void problemsLeadToTheirExplanation() {
    String type = api.get("/v1/webhooks/" + name).expect(404).json().path("type").asText();
    String[] parts = type.split("#");
    assertThat(parts).hasSize(2);
    assertThat(api.get(parts[0]).expect(200).body()).contains("id=\"" + parts[1] + "\"");
  }

  @Test
  void foreignPagesDoNotGetTheDocument() {
    Response refused = api.send("GET", "/openapi.yml", null, "Origin", "https://evil.example.com");
    assertThat(refused.status()).isEqualTo(403);
  }

  @Test
  void referencesLeadSomewhere() {
    document
        .findValues("$ref")
        .forEach(reference ->
            assertThat(document.at(reference.asText().substring(1)).isMissingNode())
                .as(reference.asText())
                .isFalse());
    assertThat(document.findValuesAsText("operationId")).doesNotHaveDuplicates();
  }
}
