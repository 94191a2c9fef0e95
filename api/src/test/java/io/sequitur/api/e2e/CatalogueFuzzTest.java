package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.CatalogueSequitur;
import io.sequitur.api.testing.Mutations;
import io.sequitur.api.testing.SequiturProcess;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Broken and bent bodies are refused with a place, and what is refused changes nothing. More of
 * them with {@code -Dsequitur.fuzz.cases=100000}, others with {@code -Dsequitur.fuzz.seed=7}.
 */
@ExtendWith(CatalogueSequitur.class)
final class CatalogueFuzzTest {
  private static final int CASES = Integer.getInteger("sequitur.fuzz.cases", 1_500);
  private static final long SEED = Long.getLong("sequitur.fuzz.seed", 4);

  private static final String YAML =
      """
      keyValues:
        - {name: token, kind: secret, value: "abc"}
        - name: place
          kind: static
          value: 'Bern: 1'
      webhooks:
        - name: erp
          url: https://erp.example.com/hooks
          description: "ERP\\nof the warehouse"
          active: true
          events: &events [com.github.push, "com.github.issues.*"]
          filter: 'data.repository.full_name == "acme/shop"'
          headers: [{name: X-Env, value: prod}, {name: Authorization, keyValue: token}]
          ordered: true
          onExhausted: skip
          retry: "5s 5m"
          timeout: 15s
          maxConcurrency: 10
          rateLimit: {count: 100, per: 1s}
      triggers:
        - name: deploys
          on: {events: *events, filter: 'data.action == "published"'}
          actions:
            - deliver: [erp]
      """;

  private static final Map<String, String> RESOURCES =
      Map.of(
          "key-values/fuzz",
          "{\"kind\":\"static\",\"value\":\"v\"}",
          "webhooks/fuzz",
          """
          {"url":"https://erp.example.com/hooks","description":"d","active":true,"events":["a.*"],"filter":"data.a == 1",
           "headers":[{"name":"X-Env","value":"prod"}],"ordered":true,"onExhausted":"block","retry":"5s","timeout":"15s",
           "maxConcurrency":10,"rateLimit":{"count":100,"per":"1s"}}\
          """,
          "triggers/fuzz",
          "{\"description\":\"d\",\"on\":{\"events\":[\"a\"],\"filter\":\"true\"},\"actions\":[{\"deliver\":[]}]}");

  private final Api api;

  CatalogueFuzzTest(SequiturProcess sequitur) {
    this.api = sequitur.api();
  }

  @BeforeEach
  void empty() {
    api.post("/v1/catalogue/apply?prune=true", "{}").expect(200);
  }

  @Test
  void plansOfBrokenAndBentFilesAreRefusedWithAPlace() {
    String json = json();
    IntStream.range(0, CASES)
        .parallel()
        .forEach(i -> {
          byte[] body = file(new Mutations(SEED + i), json);
          Response answer = api.sendBytes("POST", "/v1/catalogue/plan", body);
          assertThat(refusedWellOrTaken(answer)).as(told(SEED + i, body, answer)).isTrue();
        });
  }

  @Test
  void appliesThatAreRefusedChangeNothing() {
    String json = json();
    String version = api.get("/v1/catalogue").header("ETag");
    for (int i = 0; i < CASES / 5; i++) {
      long seed = SEED + 1_000_000 + i;
      byte[] body = file(new Mutations(seed), json);
      Response answer = api.sendBytes("POST", "/v1/catalogue/apply", body);
      assertThat(refusedWellOrTaken(answer)).as(told(seed, body, answer)).isTrue();
      String now = api.get("/v1/catalogue").expect(200).header("ETag");
      String expected = answer.status() == 200 ? answer.header("ETag") : version;
      assertThat(now).as(told(seed, body, answer)).isEqualTo(expected);
      version = now;
    }
  }

  @Test
  void brokenAndBentResourcesAreRefusedWithAPointer() {
    List<String> paths = RESOURCES.keySet().stream().sorted().toList();
    for (int i = 0; i < CASES / 3; i++) {
      long seed = SEED + 2_000_000 + i;
      Mutations mutations = new Mutations(seed);
      String path = mutations.one(paths);
      String good = String.valueOf(RESOURCES.get(path));
      byte[] body = mutations.upTo(2) == 0 ? mutations.bent(good) : mutations.broken(good, false);
      Response answer = api.sendBytes("PUT", "/v1/" + path, body);
      assertThat(refusedWellOrTaken(answer)).as(path + " " + told(seed, body, answer)).isTrue();
    }
  }

  private static byte[] file(Mutations mutations, String json) {
    return switch (mutations.upTo(4)) {
      case 0 -> mutations.bent(json);
      case 1 -> mutations.broken(json, false);
      default -> mutations.broken(YAML, true);
    };
  }

  /** The same file in JSON, as the server reads it. */
  private String json() {
    api.post("/v1/catalogue/apply", YAML).expect(200);
    return api.get("/v1/catalogue").expect(200).body();
  }

  private static boolean refusedWellOrTaken(Response answer) {
    if (answer.status() == 200 || answer.status() == 201) {
      return true;
    }
    if (answer.status() != 400 && answer.status() != 422) {
      return false;
    }
    JsonNode errors = answer.json().path("errors");
    boolean placed = !errors.isEmpty();
    for (JsonNode error : errors) {
      placed &= error.path("pointer").isTextual() && !error.path("detail").asText().isBlank();
    }
    return placed && !answer.body().contains("Exception");
  }

  private static String told(long seed, byte[] body, Response answer) {
    return "seed %d: %s → %d %s"
        .formatted(
            seed,
            new String(body, java.nio.charset.StandardCharsets.ISO_8859_1),
            answer.status(),
            answer.body());
  }
}
