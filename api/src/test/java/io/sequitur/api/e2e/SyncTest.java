package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.workflows.json.CanonicalJson;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What CLEAN means. Here and in the other tests of sync targets, "As …" names what the Azure
 * Functions host tests of its trigger sync, and "No test of the host" what nobody there tests; what
 * is otherwise on purpose is in docs/sync.md.
 */
final class SyncTest extends SyncEndToEnd {
  SyncTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  // As NotifiesWithContentHash.
  @Test
  void onlyAnAcknowledgementOfWhatWasPulledMakesItClean() {
    String webhookSecret = webhook("\"headers\":[{\"name\":\"X-Token\",\"value\":\"hush-hush\"}]");
    String secret = register("").get("signingSecret").textValue();
    JsonNode notice = notice(1);
    notices().getFirst().verify(secret);
    assertThat(notice.get("operation").textValue()).isEqualTo("update-triggers");
    assertThat(notice.get("target").textValue()).isEqualTo(name);
    assertThat(notice.get("pull").textValue()).isEqualTo(sequitur.url() + target + "/triggers");
    awaitTarget("AWAITING_ACK");
    assertThat(show().get("proven").booleanValue()).isFalse();

    Response pulled = api.get(target + "/triggers").expect(200);
    JsonNode set = pulled.json();
    assertThat(pulled.header("ETag")).isEqualTo('"' + set.get("hash").textValue() + '"');
    assertThat(pulled.header("Sequitur-Generation")).isEqualTo(set.get("generation").asText());
    assertThat(sha256(CanonicalJson.of(set.get("items")))).isEqualTo(set.get("hash").textValue());
    assertThat(pulled.body())
        .contains("webhook::" + name)
        .doesNotContain(webhookSecret, "hush-hush");
    Response unchanged =
        api.send("GET", target + "/triggers", null, "If-None-Match", pulled.header("ETag"));
    assertThat(unchanged.expect(304).header("Sequitur-Generation"))
        .isEqualTo(set.get("generation").asText());

    long generation = set.get("generation").longValue();
    String hash = set.get("hash").textValue();
    ack(generation, "0".repeat(64), id(notice)).expect(409);
    ack(generation + 7, hash, id(notice)).expect(409);
    assertThat(state()).isEqualTo("AWAITING_ACK");
    assertThat(ack(generation, hash, id(notice)).expect(200).json().get("state").textValue())
        .isEqualTo("CLEAN");
    ack(generation, hash, id(notice)).expect(200);
    assertThat(show().get("applied").longValue()).isEqualTo(generation);
  }

  @Test
  void whatIsCommittedBeforeAnAcknowledgementIsInItsAnswer() {
    webhook("");
    register("\"debounce\":\"1m\"");
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    // Nobody is told of hand-written SQL at once.
    pg().update("update sequitur.webhook set retry = 'none' where name = ?", name);
    JsonNode answer = ack(set, null).expect(200).json();
    assertThat(answer.get("state").textValue()).isEqualTo("DIRTY");
    assertThat(answer.get("applied")).isEqualTo(set.get("generation"));
    assertThat(answer.at("/desired/generation").longValue())
        .isGreaterThan(set.get("generation").longValue());
  }

  // As BackgroundSync_PostsExpectedContent, UpdateHashAsync_Succeeds,
  // SecretsEnabled_ClearsSecretsCache.
  @Test
  void everyWayToChangeTheSetIsTold() {
    webhook("");
    clean("");
    List<Runnable> changes =
        List.of(
            () -> api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200),
            () -> api.post("/v1/webhooks/" + name + "/rotate-secret", "{}").expect(200),
            () -> pg().update("update sequitur.webhook set retry = 'none' where name = ?", name),
            () ->
                api.put(
                        "/v1/triggers/" + name,
                        "{\"on\":{},\"actions\":[{\"deliver\":[\"%s\"]}]}".formatted(name))
                    .expect(201));
    for (Runnable change : changes) {
      int before = notices().size();
      change.run();
      assertThat(state()).as("before anybody was told").isNotEqualTo("CLEAN");
      notice(before + 1);
      String held = show().get("appliedHash").textValue();
      follow();
      JsonNode applied = show();
      assertThat(applied.get("state").textValue()).isEqualTo("CLEAN");
      assertThat(applied.get("appliedHash").textValue()).isNotEqualTo(held);
    }
    int told = notices().size();
    assertThat(told).isEqualTo(changes.size() + 1);
    String same = definition("\"ordered\":true,\"retry\":\"none\"");
    api.put("/v1/webhooks/" + name, same).expect(200);
    api.put("/v1/webhooks/" + name, same).expect(200);
    JsonNode answered = api.post(target + "/sync?wait=applied", "").expect(200).json();
    assertThat(answered.get("state").textValue()).isEqualTo("CLEAN");
    assertThat(notices()).as("nothing has changed").hasSize(told);
  }

  // No test of the host: one set, another, and the first again.
  @Test
  void backToWhatItAcknowledgedIsToldOnlyIfSomethingElseLeft() {
    webhook("");
    clean("\"debounce\":\"1m\"");
    long first = show().get("applied").longValue();
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    assertThat(state()).isEqualTo("DIRTY");
    api.put("/v1/webhooks/" + name, definition("")).expect(200);
    JsonNode back = show();
    assertThat(back.get("state").textValue()).isEqualTo("CLEAN");
    assertThat(back.get("applied").longValue()).isEqualTo(first + 2);

    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    JsonNode other = api.get(target + "/triggers").expect(200).json();
    api.put("/v1/webhooks/" + name, definition("")).expect(200);
    assertThat(state()).as("the other set may be applied late").isEqualTo("DIRTY");
    ack(other, null).expect(200);
    assertThat(state()).isEqualTo("DIRTY");
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  @Test
  void aPlatformThatLiesIsToldAgainAndNeverClean() {
    webhook("");
    register("\"ackTimeout\":\"100ms\"");
    notice(3);
    JsonNode shown = show();
    assertThat(shown.get("state").textValue()).isIn("AWAITING_ACK", "NOTIFYING", "DIRTY");
    assertThat(shown.get("proven").booleanValue()).isFalse();
    assertThat(shown.get("applied").longValue()).isZero();
    assertThat(shown.get("error").textValue()).contains("no acknowledgement");
  }

  @Test
  void aRefusalIsShownAndTriedAgainWhenSomebodyAsks() {
    webhook("");
    register("");
    JsonNode notice = notice(1);
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    api.post(target + "/acks", ackBody(set, id(notice), "REJECTED", "no such queue")).expect(200);
    JsonNode shown = show();
    assertThat(shown.get("state").textValue()).isEqualTo("NACKED");
    assertThat(shown.get("error").textValue()).isEqualTo("no such queue");
    assertThat(
            api.post(target + "/sync?wait=notified", "")
                .expect(202)
                .json()
                .get("state")
                .textValue())
        .isIn("AWAITING_ACK", "DIRTY", "NOTIFYING");
    notice(2);
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  // Two wait for the lock: the dispatcher, which always looks for what is pending, and the pull.
  @Test
  void nothingLeavesBeforeStepTwoOfWhatItTells() throws SQLException {
    webhook("");
    clean("");
    int told = notices().size();
    long before = show().get("applied").longValue();
    CompletableFuture<Response> pulled;
    try (Connection holder = pg().connect()) {
      Pg.text(holder, "select pg_advisory_lock(hashtext('sequitur'), -2)::text");
      pg().update("update sequitur.webhook set ordered = not ordered where name = ?", name);
      pulled = CompletableFuture.supplyAsync(() -> api.get(target + "/triggers"));
      eventually("two that wait")
          .until(() ->
              pg().count(
                          "select count(*) from pg_locks where locktype = 'advisory' and objsubid = 2 and not granted")
                  >= 2);
      assertThat(pulled).isNotDone();
      assertThat(notices()).hasSize(told);
    }
    assertThat(pulled.join().expect(200).json().get("generation").longValue())
        .isEqualTo(before + 1);
    notice(told + 1);
  }

  @Test
  void aNameMadeAgainGoesOnCounting() {
    webhook("");
    clean("");
    JsonNode old = api.get(target + "/triggers").expect(200).json();
    api.delete(target).expect(204);
    api.get(target).expect(404);
    register("\"debounce\":\"1m\"");
    JsonNode shown = show();
    assertThat(shown.at("/desired/generation").longValue())
        .isGreaterThan(old.get("generation").longValue());
    ack(old, null).expect(200);
    assertThat(show().get("applied").longValue()).as("of the target before").isZero();
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  @Test
  void whatLeftToAnEarlierTargetOfTheNameMayStillBeApplied() {
    webhook("");
    clean("\"debounce\":\"1m\"");
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    assertThat(state()).as("nobody was told of the newest").isEqualTo("DIRTY");
    api.delete(target).expect(204);

    register("\"monotonic\":false,\"quiet\":\"1m\"");
    JsonNode notice = notice(1);
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    JsonNode answer = ack(set, id(notice)).expect(200).json();
    assertThat(answer.get("applied")).isEqualTo(set.get("generation"));
    assertThat(answer.get("state").textValue()).isEqualTo("DIRTY");
    assertThat(Instant.parse(show().get("quietUntil").textValue())).isAfter(Instant.now());
  }

  @Test
  void oneThatMayApplyBackwardsIsCleanOnlyAfterAQuietTimeAndALook() {
    webhook("");
    clean("\"mode\":\"push\",\"monotonic\":false,\"quiet\":\"1s\"");
    assertThat(show().get("restsOn").textValue()).contains("not apply monotonically", "1s");
    int told = notices().size();
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    JsonNode push = noticeAfter(told, "the push of the change", notice -> notice.has("items"));
    ack(push, id(push)).expect(200);
    JsonNode shown = show();
    assertThat(shown.get("state").textValue())
        .as("the older set may be applied")
        .isEqualTo("DIRTY");
    assertThat(shown.get("applied")).isEqualTo(push.get("generation"));
    Instant quiet = Instant.parse(shown.get("quietUntil").textValue());
    assertThat(shown.get("dueAt").textValue()).isEqualTo(quiet.toString());

    JsonNode look =
        noticeAfter(
            told,
            "it has to look for itself",
            notice ->
                !notice.has("items") && notice.get("generation").equals(push.get("generation")));
    assertThat(Instant.now()).isAfterOrEqualTo(quiet);
    ack(push, id(look)).expect(200);
    assertThat(show().get("error").textValue()).contains("without having pulled");
    api.send("GET", target + "/triggers", null, "If-None-Match", push.get("hash").toString())
        .expect(304);
    ack(push, id(look)).expect(200);
    assertThat(state()).isEqualTo("CLEAN");
  }
}
