package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What reaches a receiver, when, in which order, and what becomes of what it refuses. */
final class DeliveryTest extends EndToEnd {

  DeliveryTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void referenceLibraryAcceptsTheSignature() {
    String secret = webhook("");
    String id = publish("1", "\"partitionkey\":\"a b/ü\",\"data\":{\"text\":\"grüße\"}");

    Received request = awaitReceived(1).getFirst();
    request.verify(secret);
    assertThat(request.id()).isEqualTo(id);
    assertThat(request.header("sequitur-webhook")).isEqualTo(name);
    assertThat(request.header("sequitur-attempt")).isEqualTo("1");
    assertThat(request.header("sequitur-config-version")).isNotEmpty();
    assertThat(request.header("sequitur-key")).isEqualTo("a%20b%2F%C3%BC");
    assertThat(request.sequence()).isEqualTo(1);
  }

  // Events are routed as they are stored; when that cannot be done at once, they are only stored.
  @Test
  void publishersAreAnsweredWhileNothingCanBeRouted() throws SQLException {
    webhook("");
    List<String> ids;
    try (Connection somebody = pg().connect()) {
      somebody.setAutoCommit(false);
      try (var lock = somebody.createStatement()) {
        lock.execute("lock table sequitur.delivery_open in share mode");
      }
      ids = List.of(publish("1", ""), publish("2", "\"partitionkey\":\"k\""));
      assertThat(received()).isEmpty();
      somebody.rollback();
    }
    assertThat(awaitReceived(2)).extracting(Received::id).containsExactlyInAnyOrderElementsOf(ids);
    awaitState("delivered", 2);
  }

  @Test
  void webhooksOwnSecretIsTheCallersIfHeGivesOne() {
    String mine = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
    assertThat(webhook("\"signingSecret\":\"" + mine + "\"")).isEqualTo(mine);
    publish("1", "");

    awaitReceived(1).getFirst().verify(mine);
  }

  @Test
  void headersComeFromKeyValuesAndSecretsAreMaskedInTheLog() {
    keyValue("plain", "static", "one");
    keyValue("token", "secret", "Bearer s3cr3t-canary");
    keyValue("env", "environment", "E2E_VALUE");
    webhook(
        "\"headers\":[{\"name\":\"X-Env\",\"value\":\"prod\"},{\"name\":\"X-Plain\",\"keyValue\":\"%s-plain\"},"
                .formatted(name)
            + "{\"name\":\"X-From\",\"keyValue\":\"%s-env\"},{\"name\":\"Authorization\",\"keyValue\":\"%s-token\"}]"
                .formatted(name, name));
    publish("1", "");

    Received request = awaitReceived(1).getFirst();
    assertThat(request.header("x-env")).isEqualTo("prod");
    assertThat(request.header("x-plain")).isEqualTo("one");
    assertThat(request.header("x-from")).isEqualTo("from the environment");
    assertThat(request.header("authorization")).isEqualTo("Bearer s3cr3t-canary");
    awaitState("delivered", 1);
    assertThat(api.delivery(name).toString())
        .contains("\"X-Env\":\"prod\"")
        .doesNotContain("s3cr3t-canary");
    assertThat(api.get("/v1/key-values/" + name + "-token").body()).doesNotContain("s3cr3t-canary");
  }

  @Test
  void changeOfAKeyValueByTheApiIsInTheVeryNextDelivery() {
    webhookWithToken();
    for (int i = 0; i < 10; i++) {
      keyValue("token", "static", "value-" + i);
      publish("e" + i, "");
      assertThat(awaitReceived(i + 1).get(i).header("x-token")).isEqualTo("value-" + i);
    }
    assertThat(configVersions()).hasSize(10);
  }

  @Test
  void changeOfAKeyValueBySqlIsInTheVeryNextDelivery() {
    webhookWithToken();
    for (int i = 0; i < 10; i++) {
      pg().update(
              "update sequitur.key_value set value = ? where name = ?",
              "sql-" + i,
              name + "-token");
      publish("e" + i, "");
      assertThat(awaitReceived(i + 1).get(i).header("x-token")).isEqualTo("sql-" + i);
    }
    assertThat(configVersions()).hasSize(10);
  }

  @Test
  void retryUsesTheConfigurationOfItsOwnTime() {
    webhookWithToken("\"retry\":\"1s\",");
    receiver.script(path, 500);
    publish("1", "");
    awaitReceived(1);
    keyValue("token", "static", "second");

    List<Received> both = awaitReceived(2);
    assertThat(both.stream().map(request -> request.header("x-token")))
        .containsExactly("first", "second");
  }

  @Test
  void orderOfAKeyHoldsThroughFailuresAndRetries() {
    String secret = webhook("\"ordered\":true,\"retry\":\"100ms 100ms 100ms\"");
    receiver.script(path, 500, 503, 200, 500);
    for (int i = 1; i <= 20; i++) {
      publish("e" + i, "\"partitionkey\":\"k\",\"data\":" + i);
    }
    awaitState("delivered", 20);

    List<Received> all = received();
    assertThat(all).hasSize(23);
    all.forEach(request -> request.verify(secret));
    assertThat(all.stream().map(Received::sequence)).isSorted();
    assertThat(accepted(all)).isEqualTo(rising(20));
    assertThat(all.stream().limit(3).map(Received::id).distinct()).hasSize(1);
    assertThat(all.stream().limit(3).map(request -> request.header("sequitur-attempt")))
        .containsExactly("1", "2", "3");
    assertThat(all.stream().limit(3).map(Received::body).distinct()).hasSize(1);
  }

  @Test
  void laterDeliveryWaitsWhileTheLaneIsHeldAndOtherLanesGoOn() {
    webhook("\"ordered\":true");
    receiver.hold(path);
    publish("a1", "\"partitionkey\":\"a\"");
    awaitReceived(1);
    publish("a2", "\"partitionkey\":\"a\"");
    publish("b1", "\"partitionkey\":\"b\"");

    assertThat(awaitReceived(2).get(1).header("sequitur-key")).isEqualTo("b");
    awaitState("waiting", 1);
    assertThat(received()).hasSize(2);
    receiver.release(path);
    awaitState("delivered", 3);
    assertThat(received().get(2).header("sequitur-key")).isEqualTo("a");
  }

  @Test
  void exhaustedHeadBlocksItsLaneUnlessItIsToBeSkipped() {
    webhook("\"ordered\":true,\"retry\":\"100ms\"");
    receiver.script(path, 500, 500);
    publish("1", "\"partitionkey\":\"k\"");
    awaitState("blocked", 1);
    publish("2", "\"partitionkey\":\"k\"");
    awaitState("waiting", 1);
    assertThat(received()).hasSize(2);
  }

  @Test
  void skippedHeadLetsItsLaneGoOn() {
    webhook("\"ordered\":true,\"retry\":\"100ms\",\"onExhausted\":\"skip\"");
    receiver.script(path, 500, 500);
    publish("1", "\"partitionkey\":\"k\"");
    publish("2", "\"partitionkey\":\"k\"");
    awaitState("exhausted", 1);
    awaitState("delivered", 1);
    assertThat(received().getLast().sequence()).isEqualTo(2);
  }

  @Test
  void unorderedDeliveryIsRetriedOnItsScheduleWhileOthersGoOn() {
    webhook("\"retry\":\"500ms 500ms\"");
    receiver.script(path, 500, 404);
    publish("1", "");
    awaitReceived(1);
    awaitState("delivered", 1);

    JsonNode delivery = api.delivery(name);
    List<JsonNode> attempts =
        List.of(
            delivery.get("attempts").get(0),
            delivery.get("attempts").get(1),
            delivery.get("attempts").get(2));
    assertThat(attempts.stream().map(attempt -> attempt.get("status").intValue()))
        .containsExactlyInAnyOrder(500, 404, 200);
    assertThat(attempts.stream().map(attempt -> attempt.get("number").intValue()))
        .containsExactlyInAnyOrder(1, 2, 3);
    assertThat(delivery.toString()).contains("HTTP_SERVER_ERROR").contains("HTTP_CLIENT_ERROR");
    assertThat(received()).hasSize(3);
  }

  @Test
  void redirectIsAFailureAndIsNotFollowed() {
    webhook("\"retry\":\"none\"");
    receiver.always(path, 307);
    publish("1", "");
    awaitState("exhausted", 1);
    assertThat(received()).hasSize(1);
  }

  @Test
  void goneDisablesTheWebhookAndEnablingItGoesOn() {
    webhook("");
    receiver.script(path, 410);
    publish("1", "");
    eventually("disabled")
        .until(() ->
            api.get("/v1/webhooks/" + name).json().get("status").textValue().equals("disabled"));
    publish("2", "");
    awaitState("held", 2);
    assertThat(received()).hasSize(1);

    api.post("/v1/webhooks/" + name + "/enable", "").expect(200);
    awaitState("delivered", 2);
    assertThat(received()).hasSize(3);
  }

  @Test
  void inactiveWebhookIsNotRoutedToAndWhatWaitedIsHeld() {
    webhook("\"retry\":\"1s\"");
    receiver.script(path, 500);
    publish("1", "");
    awaitState("retrying", 1);
    api.put("/v1/webhooks/" + name, definition("\"retry\":\"1s\",\"active\":false")).expect(200);
    String missed = publish("2", "");
    awaitState("held", 1);
    eventually("routed")
        .until(
            () -> api.get("/v1/events/" + missed).json().get("state").textValue().equals("routed"));
    assertThat(api.get("/v1/events/" + missed).json().get("deliveries")).isEmpty();

    api.put("/v1/webhooks/" + name, definition("\"retry\":\"1s\"")).expect(200);
    awaitState("delivered", 1);
    assertThat(received()).hasSize(2);
  }

  @Test
  void deletingAWebhookCancelsWhatWaitsAndItsNameMadeAgainIsNew() {
    webhook("\"retry\":\"1h\"");
    receiver.script(path, 500);
    publish("1", "");
    awaitState("retrying", 1);
    api.delete("/v1/webhooks/" + name).expect(204);
    awaitState("cancelled", 1);

    String secret = webhook("");
    publish("2", "");
    awaitReceived(2).get(1).verify(secret);
    awaitState("delivered", 1);
    assertThat(deliveries("cancelled")).isEqualTo(1);
  }

  @Test
  void addressThatWasMadePrivateBySqlIsBlocked() {
    webhook("\"retry\":\"1h\"");
    pg().update(
            "update sequitur.webhook set url = 'http://169.254.169.254/latest/' where name = ?",
            name);
    publish("1", "");
    eventually("the attempt is recorded")
        .until(
            () -> pg().text("select class from sequitur.delivery where webhook = ?", name),
            "BLOCKED"::equals);

    assertThat(api.delivery(name).get("attempts").get(0).has("status")).isFalse();
    assertThat(received()).isEmpty();
  }

  @Test
  void deadEndpointDoesNotDelayOthers() {
    receiver.hold(path);
    webhook("\"timeout\":\"1s\",\"retry\":\"1h\"");
    String healthy = name + "-ok";
    api.webhook(
        healthy,
        "{\"url\":\"%s\",\"events\":[\"%s\"]}".formatted(receiver.url("/" + healthy), type));
    for (int i = 0; i < 50; i++) {
      publish("e" + i, "");
    }
    eventually("the healthy one has them")
        .until(() -> receiver.received("/" + healthy).size() == 50);
    assertThat(deliveries("delivered")).isZero();
    eventually("the first ones have timed out")
        .until(() ->
            pg().count(
                        "select count(*) from sequitur.delivery where webhook = ? and class = 'TIMEOUT'",
                        name)
                >= 10);
    assertThat(deliveries("retrying") + deliveries("pending")).as("nothing is lost").isEqualTo(50);
    receiver.release(path);
  }

  private void webhookWithToken() {
    webhookWithToken("");
  }

  private void webhookWithToken(String more) {
    keyValue("token", "static", "first");
    webhook(
        more + "\"headers\":[{\"name\":\"X-Token\",\"keyValue\":\"%s-token\"}]".formatted(name));
  }

  private void keyValue(String suffix, String kind, String value) {
    int status =
        api.put(
                "/v1/key-values/" + name + "-" + suffix,
                "{\"kind\":\"%s\",\"value\":\"%s\"}".formatted(kind, value))
            .status();
    assertThat(status).isIn(200, 201);
  }

  private Set<String> configVersions() {
    Set<String> versions = new HashSet<>();
    received().forEach(request -> versions.add(request.header("sequitur-config-version")));
    return versions;
  }

  private static List<Long> accepted(List<Received> all) {
    return all.stream().map(Received::sequence).distinct().toList();
  }

  private static List<Long> rising(long count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }
}
