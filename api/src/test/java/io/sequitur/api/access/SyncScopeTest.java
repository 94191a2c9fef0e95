package io.sequitur.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.engine.Engine;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.TestEngines;
import io.sequitur.api.testing.TestTerminal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a platform's key may do, and that it may do no more; in production, where keys count. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
final class SyncScopeTest {
  private static final String TARGET = "/v1/sync-targets/scaler";
  private static final String DEFINITION = "{\"url\":\"http://127.0.0.1:9/\"}";

  private final TestEngines engines = new TestEngines();
  private final Map<Scope, String> keys = new HashMap<>();
  // A client each, for all tests.
  private final Map<String, Api> clients = new ConcurrentHashMap<>();
  private Engine engine;

  @BeforeAll
  void aTargetAndAKeyOfEachScope() {
    for (Scope scope : Scope.values()) {
      keys.put(scope, engines.key("default", scope.name().toLowerCase(Locale.ROOT)));
    }
    engine = engines.serve();
    api(Scope.WRITE).put(TARGET, DEFINITION).expect(201);
  }

  @AfterAll
  void end() {
    engine.close();
    engines.close();
  }

  @ParameterizedTest(name = "{0} {1} is for {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /triggers      | SYNC WRITE OPERATOR",
        "POST   | /acks          | SYNC WRITE OPERATOR",
        "POST   | /sync          | SYNC WRITE OPERATOR",
        "GET    | ''             | READ OPERATOR",
        "GET    | /history       | READ OPERATOR",
        "PUT    | ''             | WRITE OPERATOR",
        "POST   | /rotate-secret | WRITE OPERATOR",
        "POST   | /confirm       | WRITE OPERATOR",
        "DELETE | -nobody        | WRITE OPERATOR",
      })
  void onlyTheseScopesAreEnough(String method, String path, String scopes) {
    List<String> enough = Arrays.asList(scopes.split(" "));
    String body = method.equals("PUT") ? DEFINITION : method.equals("POST") ? "{}" : null;
    for (Scope scope : Scope.values()) {
      Response answer = api(scope).send(method, TARGET + path, body);
      if (enough.contains(scope.name())) {
        assertThat(answer.status()).as(scope + ": " + answer.body()).isNotIn(401, 403, 500);
      } else {
        assertThat(answer.expect(403).body())
            .as("%s", scope)
            .contains("needs a key with the scope");
      }
    }
    for (String nobody : new String[] {null, "sq_wrong"}) {
      Response answer = api(nobody).send(method, TARGET + path, body);
      assertThat(answer.expect(401).body()).contains("Send a valid key").doesNotContain("scaler");
    }
  }

  @Test
  void whatASyncKeyMayNotChangeStaysAsItIs() {
    String before = api(Scope.READ).get(TARGET).expect(200).header("ETag");
    Api platform = api(Scope.SYNC);
    platform.put(TARGET, "{\"url\":\"http://127.0.0.1:10/\"}").expect(403);
    platform.put("/v1/sync-targets/another", DEFINITION).expect(403);
    platform.delete(TARGET).expect(403);
    platform.post("/v1/catalogue/apply", "{}").expect(403);
    platform.get("/v1/webhooks").expect(403);
    platform.post("/v1/events", "{\"type\":\"t\",\"source\":\"s\"}").expect(403);
    assertThat(api(Scope.READ).get(TARGET).expect(200).header("ETag")).isEqualTo(before);
    api(Scope.READ).get("/v1/sync-targets/another").expect(404);
  }

  @Test
  void aKeyOfAnotherTenantFindsNothingAndLearnsNoName() {
    Api other = api(engines.key("elsewhere", "operator"));
    String ack = "{\"generation\":1,\"hash\":\"h\",\"status\":\"APPLIED\"}";
    for (Response answer :
        List.of(
            other.get("/v1/sync-targets/scalar/triggers"),
            other.get(TARGET + "/triggers"),
            other.post(TARGET + "/acks", ack),
            other.post(TARGET + "/sync", ""),
            other.post(TARGET + "/confirm", "{\"generation\":1}"),
            other.get(TARGET),
            other.get(TARGET + "/history"),
            other.delete(TARGET))) {
      assertThat(answer.expect(404).body()).doesNotContain("did you mean");
    }
    assertThat(api(Scope.SYNC).get("/v1/sync-targets/scalar/triggers").expect(404).body())
        .contains("did you mean scaler?");
  }

  @Test
  void theCommandsSayWhichKeyIsNeeded() {
    TestTerminal platform = terminal(keys.get(Scope.SYNC));
    assertThat(platform.run("sync", "request", "scaler")).isZero();
    assertThat(platform.out()).contains("desired ");
    assertThat(platform.run("sync-target", "delete", "scaler")).isOne();
    assertThat(platform.run("sync", "status", "scaler")).isOne();
    assertThat(platform.err())
        .contains(
            "This needs a key with the scope write.", "This needs a key with the scope read.");

    TestTerminal nobody = terminal(null);
    assertThat(nobody.run("sync", "request", "scaler")).isOne();
    assertThat(nobody.err()).contains("Send a valid key", "set SEQUITUR_API_KEY to a key of");
  }

  private TestTerminal terminal(@Nullable String key) {
    TestTerminal terminal = new TestTerminal().with("SEQUITUR_URL", api(key).url());
    return key == null ? terminal : terminal.with("SEQUITUR_API_KEY", key);
  }

  private Api api(Scope scope) {
    return api(keys.get(scope));
  }

  private Api api(@Nullable String key) {
    return clients.computeIfAbsent(
        String.valueOf(key), unused -> new Api("http://127.0.0.1:" + engine.port(), key));
  }
}
