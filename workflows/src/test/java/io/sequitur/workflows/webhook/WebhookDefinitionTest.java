package io.sequitur.workflows.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WebhookDefinitionTest {
  private static final WebhookDefinitionReader READER =
      new WebhookDefinitionReader(
          new WebhookChecks(
              refusing("bad-url"),
              refusing("bad-retry"),
              refusing("bad-name"),
              refusing("bad-value"),
              refusing("bad-secret"),
              refusing("bad-authority")));

  @Test
  void leastWebhookHasTheDefaults() {
    assertThat(read("{\"url\":\"https://erp.example.com\"}"))
        .isEqualTo(
            new WebhookDefinition(
                "erp",
                "https://erp.example.com",
                null,
                true,
                List.of(),
                null,
                List.of(),
                false,
                OnExhausted.BLOCK,
                null,
                Duration.ofSeconds(15),
                10,
                null,
                null,
                null));
  }

  @Test
  void wholeWebhookIsRead() {
    assertThat(
            read(
                """
                {"name":"erp","url":"https://erp.example.com/hooks","description":"ERP",
                 "active":false,"events":["com.github.push","com.github.issues.*"],
                 "filter":"data.repository.full_name == 'acme/shop'",
                 "headers":[{"name":"X-Env","value":"prod"},
                            {"name":"Authorization","keyValue":"erp-token"}],
                 "ordered":true,"onExhausted":"skip","retry":"5s 5m","timeout":"100ms",
                 "maxConcurrency":100,"rateLimit":{"count":100,"per":"1s"},
                 "signingSecret":"whsec_x","certificateAuthority":"pem\\n"}
                """))
        .isEqualTo(
            new WebhookDefinition(
                "erp",
                "https://erp.example.com/hooks",
                "ERP",
                false,
                List.of("com.github.push", "com.github.issues.*"),
                "data.repository.full_name == 'acme/shop'",
                List.of(
                    new HeaderDefinition("X-Env", "prod", null),
                    new HeaderDefinition("Authorization", null, "erp-token")),
                true,
                OnExhausted.SKIP,
                "5s 5m",
                Duration.ofMillis(100),
                100,
                new RateLimit(100, Duration.ofSeconds(1)),
                "whsec_x",
                "pem\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"url\":null|/url|required",
        "\"url\":5|/url|Must be a string",
        "\"url\":\"bad-url\"|/url|is refused",
        "\"description\":\"a\\u0007b\"|/description|U+0007",
        "\"active\":\"yes\"|/active|Must be true or false, not a string.",
        "\"ordered\":1|/ordered|Must be true or false, not a number.",
        "\"onExhausted\":\"drop\"|/onExhausted|Must be \"block\" or \"skip\".",
        "\"events\":[\"a\",\"a\"]|/events/1|twice",
        "\"events\":[\"a b\"]|/events/0|no spaces",
        "\"filter\":\"data.a ==\"|/filter|Line 1",
        "\"filter\":{}|/filter|Must be a string, not an object.",
        "\"retry\":\"bad-retry\"|/retry|is refused",
        "\"timeout\":15|/timeout|with a unit",
        "\"timeout\":\"99ms\"|/timeout|Must be from 100ms to 30s.",
        "\"timeout\":\"31s\"|/timeout|Must be from 100ms to 30s.",
        "\"maxConcurrency\":0|/maxConcurrency|from 1 to 100",
        "\"maxConcurrency\":101|/maxConcurrency|from 1 to 100",
        "\"maxConcurrency\":1.5|/maxConcurrency|whole number",
        "\"maxConcurrency\":1e1000000|/maxConcurrency|whole number",
        "\"maxConcurrency\":99999999999999999999|/maxConcurrency|whole number",
        "\"rateLimit\":5|/rateLimit|Must be an object, not a number.",
        "\"rateLimit\":{}|/rateLimit/count|required",
        "\"rateLimit\":{\"count\":1}|/rateLimit/per|required",
        "\"rateLimit\":{\"count\":0,\"per\":\"1s\"}|/rateLimit/count|from 1",
        "\"rateLimit\":{\"count\":1,\"per\":\"1ms\"}|/rateLimit/per|from 100ms to 24h",
        "\"rateLimit\":{\"count\":1,\"per\":\"1s\",\"burst\":2}|/rateLimit/burst|Unknown field",
        "\"signingSecret\":\"bad-secret\"|/signingSecret|is refused",
        "\"headers\":{}|/headers|Must be a list",
        "\"headers\":[\"X: y\"]|/headers/0|Must be an object",
        "\"headers\":[{\"value\":\"v\"}]|/headers/0/name|required",
        "\"headers\":[{\"name\":\"X\"}]|/headers/0|either `value` or `keyValue`",
        "\"headers\":[{\"name\":\"X\",\"value\":\"v\",\"keyValue\":\"k\"}]|/headers/0|either",
        "\"headers\":[{\"name\":\"bad-name\",\"value\":\"v\"}]|/headers/0/name|is refused",
        "\"headers\":[{\"name\":\"X\",\"value\":\"bad-value\"}]|/headers/0/value|is refused",
        "\"headers\":[{\"name\":\"X\",\"keyValue\":\"K!\"}]|/headers/0/keyValue|1 to 63",
        "\"headers\":[{\"name\":\"X\",\"value\":\"1\"},{\"name\":\"x\",\"value\":\"2\"}]|/headers/1/name|Another header",
        "\"headers\":[{\"name\":\"X\",\"keyvalue\":\"k\"}]|/headers/0/keyvalue|Did you mean `keyValue`?",
        "\"tenantId\":\"t\"|/tenantId|Unknown field `tenantId`.",
        "\"id\":\"1\"|/id|Known: name, url,",
        "\"max_concurrency\":5|/max_concurrency|Did you mean `maxConcurrency`?",
        "\"a/b~c\":5|/a~1b~0c|Unknown field `a/b~c`."
      })
  void mistakesAreListedWithTheirPlace(String members, String pointer, String detail) {
    String url = members.startsWith("\"url\"") ? "" : "\"url\":\"https://e.example\",";
    assertThat(refusal("{" + url + members + "}").problems())
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.detail()).contains(detail);
        });
  }

  @Test
  void halfOfASurrogatePairIsRefusedAlsoInTreesNotReadStrictly() {
    var node = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    node.put("url", "https://e.example").put("description", "a\uD800b");
    InvalidDefinition refusal =
        catchThrowableOfType(InvalidDefinition.class, () -> READER.read("erp", node));
    assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly("/description");
  }

  @Test
  void fiftyHeadersAreTakenAndNotOneMore() {
    assertThat(read(withHeaders(50)).headers()).hasSize(50);
    assertThat(refusal(withHeaders(51)).problems())
        .extracting(Problem::pointer)
        .containsExactly("/headers");
  }

  @Test
  void longTextsAreRefusedAndNotRepeated() {
    String url = "https://e.example/" + "x".repeat(10_000);
    InvalidDefinition refusal = refusal("{\"url\":\"" + url + "\"}");
    assertThat(refusal.problems()).extracting(Problem::pointer).containsExactly("/url");
    assertThat(refusal.getMessage()).hasSizeLessThan(300);
  }

  @Test
  void secretsStandInNoTextAboutTheWebhook() {
    assertThat(
            read("{\"url\":\"https://e.example\",\"signingSecret\":\"whsec_s3cr3t\"}").toString())
        .doesNotContain("s3cr3t");
  }

  private static String withHeaders(int count) {
    List<String> headers = new java.util.ArrayList<>(Collections.nCopies(count, ""));
    for (int i = 0; i < count; i++) {
      headers.set(i, "{\"name\":\"X-" + i + "\",\"value\":\"v\"}");
    }
    return "{\"url\":\"https://e.example\",\"headers\":[" + String.join(",", headers) + "]}";
  }

  private static Function<String, Optional<String>> refusing(String bad) {
    return text -> text.equals(bad) ? Optional.of("It is refused.") : Optional.empty();
  }

  private static WebhookDefinition read(String json) {
    return READER.read("erp", StrictJson.tree(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static InvalidDefinition refusal(String json) {
    return catchThrowableOfType(InvalidDefinition.class, () -> read(json));
  }
}
