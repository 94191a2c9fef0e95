package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Pg;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.workflows.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A sync target, with a platform that the tests play by hand. */
final class SyncTest extends EndToEnd {
  private final String target = "/v1/sync-targets/" + name;
  private final String platform = path + "-platform";

  SyncTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @AfterEach
  void forget() {
    api.delete("/v1/triggers/" + name);
    api.delete(target);
    api.delete("/v1/webhooks/" + name);
  }

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
      follow();
      assertThat(state()).isEqualTo("CLEAN");
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

  @Test
  void aThousandRequestsAreAllAnsweredAndCauseTwoNoticesAtMost() {
    webhook("");
    register("");
    List<CompletableFuture<Response>> asked =
        IntStream.range(0, 1_000)
            .mapToObj(i -> api.postLater(target + "/sync?wait=applied", "{}"))
            .toList();
    notice(1);
    follow();
    asked.forEach(answer -> assertThat(answer.join().status()).isEqualTo(200));
    assertThat(notices()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void aSetThatShrinksWithoutDeletionsWaitsForItsConfirmation() {
    // Only webhooks are switched off below.
    pg().update("delete from sequitur.trigger");
    webhook("");
    clean("");
    JsonNode before = api.get(target + "/triggers").expect(200).json();
    String kept = "sequitur_switched_off_" + name;
    pg().update("create table " + kept + " as select uid from sequitur.webhook where active");
    try {
      pg().update("update sequitur.webhook set active = false");
      awaitTarget("SUPPRESSED");
      JsonNode shown = show();
      assertThat(shown.get("reason").textValue()).contains("nobody deleted");
      assertThat(api.get(target + "/triggers").expect(200).json()).isEqualTo(before);
      assertThat(
              api.post(target + "/sync?wait=applied", "")
                  .expect(202)
                  .json()
                  .get("state")
                  .textValue())
          .isEqualTo("SUPPRESSED");
      int told = notices().size();
      long held = shown.at("/desired/generation").longValue();
      api.post(target + "/confirm", "{\"generation\":" + (held - 1) + "}").expect(409);
      api.post(target + "/confirm", "{\"generation\":" + held + "}").expect(200);
      notice(told + 1);
      follow();
      assertThat(state()).isEqualTo("CLEAN");
      assertThat(show().get("applied").longValue()).isEqualTo(held);
      api.post(target + "/confirm", "{\"generation\":" + held + "}").expect(409);
    } finally {
      pg().update(
              "update sequitur.webhook w set active = true from "
                  + kept
                  + " k where k.uid = w.uid");
      pg().update("drop table " + kept);
    }
  }

  @Test
  void deletionsExplainASmallerSet() {
    for (int i = 0; i < 40; i++) {
      api.put(
              "/v1/triggers/" + name + "-" + i,
              "{\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}")
          .expect(201);
    }
    clean("");
    pg().update("delete from sequitur.trigger");
    assertThat(state()).isEqualTo("DIRTY");
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
  void pagesAreOfOneGeneration() {
    webhook("");
    for (int i = 0; i < 5; i++) {
      api.put(
              "/v1/triggers/" + name + "-" + i,
              "{\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}")
          .expect(201);
    }
    register("\"debounce\":\"1m\"");
    JsonNode whole = api.get(target + "/triggers").expect(200).json();
    JsonNode page = api.get(target + "/triggers?limit=2").expect(200).json();
    List<JsonNode> items = new ArrayList<>();
    page.get("items").forEach(items::add);
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    while (page.hasNonNull("next")) {
      page =
          api.get(target + "/triggers?limit=2&cursor=" + page.get("next").textValue())
              .expect(200)
              .json();
      assertThat(page.get("generation")).isEqualTo(whole.get("generation"));
      page.get("items").forEach(items::add);
    }
    List<JsonNode> all = new ArrayList<>();
    whole.get("items").forEach(all::add);
    assertThat(items).isEqualTo(all);
    api.get(target + "/triggers?cursor=nonsense").expect(400);
    IntStream.range(0, 5).forEach(i -> api.delete("/v1/triggers/" + name + "-" + i));
  }

  @Test
  void aTargetThatATriggerNotifiesIsUrgedAndCannotBeDeleted() {
    webhook("");
    clean("");
    String trigger =
        "{\"on\":{\"events\":[\"%s\"]},\"actions\":[{\"notify\":[\"%s\"]}]}".formatted(type, name);
    assertThat(
            api.put("/v1/triggers/" + name, trigger.replace(name + "\"]}]", name + "x\"]}]"))
                .expect(422)
                .body())
        .contains("did you mean " + name);
    api.put("/v1/triggers/" + name, trigger).expect(201);
    notice(2);
    follow();
    assertThat(api.delete(target).expect(409).body()).contains(name);

    publish("1", "");
    notice(3);
    assertThat(state()).isNotEqualTo("CLEAN");
    follow();
    assertThat(state()).isEqualTo("CLEAN");
    api.delete("/v1/triggers/" + name).expect(204);
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
  void aResyncAsksAgainUntilItsOwnNoticeIsAnswered() {
    webhook("");
    clean("\"resync\":\"1s\"");
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    JsonNode resync = notice(2);
    ack(set, null).expect(200);
    assertThat(state()).as("nothing says that it was asked since").isNotEqualTo("CLEAN");
    assertThat(ack(set, id(resync)).expect(200).json().get("state").textValue()).isEqualTo("CLEAN");
  }

  @Test
  void aPushCarriesTheSetAndBothFallsBackToANotice() {
    webhook("");
    register("\"mode\":\"push\"");
    JsonNode push = notice(1);
    assertThat(sha256(CanonicalJson.of(push.get("items")))).isEqualTo(push.get("hash").textValue());
    ack(push, id(push)).expect(200);
    assertThat(state()).isEqualTo("CLEAN");

    receiver.script(platform, 413);
    api.put(target, target("\"mode\":\"both\"")).expect(200);
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    assertThat(notice(2).has("items")).isTrue();
    JsonNode fallback = notice(3);
    assertThat(fallback.has("items")).isFalse();
    assertThat(id(fallback)).isEqualTo(id(notice(2)));
    assertThat(api.put(target, target("\"mode\":\"telepathy\"")).expect(422).body())
        .contains("\\\"notify\\\" or \\\"push\\\" or \\\"both\\\"");
  }

  private JsonNode register(String more) {
    return api.put(target, target(more)).expect(201).json();
  }

  private String target(String more) {
    String settings = more.isEmpty() ? "" : "," + more;
    String quick = more.contains("debounce") ? "" : ",\"debounce\":\"100ms\"";
    return "{\"url\":\"%s\"%s%s}".formatted(receiver.url(platform), quick, settings);
  }

  /** Registers it, and plays the platform until it is clean. */
  private void clean(String more) {
    register(more);
    if (!more.contains("debounce")) {
      notice(1);
    }
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  /** Pulls and acknowledges, as an answer to the last notice if there was one. */
  private void follow() {
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    List<Received> notices = notices();
    String id = notices.isEmpty() ? null : id(Api.parse(notices.getLast().body()));
    ack(set, id).expect(200);
  }

  private Response ack(JsonNode set, @Nullable String notification) {
    return api.post(target + "/acks", ackBody(set, notification, "APPLIED", ""));
  }

  private Response ack(long generation, String hash, String notification) {
    return api.post(
        target + "/acks",
        "{\"generation\":%d,\"hash\":\"%s\",\"notificationId\":\"%s\",\"status\":\"APPLIED\",\"more\":1}"
            .formatted(generation, hash, notification));
  }

  private static String ackBody(
      JsonNode set, @Nullable String notification, String status, String detail) {
    return "{\"generation\":%s,\"hash\":%s,\"notificationId\":%s,\"status\":\"%s\",\"detail\":\"%s\"}"
        .formatted(
            set.get("generation"),
            set.get("hash"),
            notification == null ? "null" : '"' + notification + '"',
            status,
            detail);
  }

  private List<Received> notices() {
    return receiver.received(platform);
  }

  /** Waits for the notice of this number; gives its body. */
  private JsonNode notice(int number) {
    List<Received> all =
        eventually("notice " + number).until(this::notices, notices -> notices.size() >= number);
    return Api.parse(all.get(number - 1).body());
  }

  private static String id(JsonNode notice) {
    return notice.get("notificationId").textValue();
  }

  private JsonNode show() {
    return api.get(target).expect(200).json();
  }

  private String state() {
    return show().get("state").textValue();
  }

  private void awaitTarget(String state) {
    eventually(state).until(this::state, state::equals);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
