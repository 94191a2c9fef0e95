package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.workflows.json.CanonicalJson;
import org.junit.jupiter.api.Test;

/** How a target is told, and what comes of it. */
final class SyncNoticeTest extends SyncEndToEnd {
  SyncNoticeTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  // As PostsExpectedContent, MeshServiceClient's request tests.
  @Test
  void aNoticeIsExactlyThisAndCarriesNoSecret() {
    String secret =
        webhook("\"headers\":[{\"name\":\"X-Token\",\"value\":\"hush-%s\"}]".formatted(name));
    String signing = register("").get("signingSecret").textValue();
    notice(1);
    Received notice = notices().getFirst();
    notice.verify(signing);
    assertThat(notice.method()).isEqualTo("POST");
    assertThat(notice.header("content-type")).startsWith("application/json");
    assertThat(notice.body())
        .isEqualTo(
            "{\"operation\":\"update-triggers\",\"target\":\"%s\",\"generation\":%d,\"notificationId\":\"%s\",\"pull\":\"%s\"}"
                .formatted(
                    name,
                    show().at("/desired/generation").longValue(),
                    notice.id(),
                    sequitur.url() + target + "/triggers"));
    assertThat(notice.headers().toString()).doesNotContain("hush-" + name, secret);
    follow();
    assertThat(sequitur.output()).doesNotContain(secret, signing, "hush-" + name);
  }

  // As NotifyFails_ReturnsError, SetTriggersFailure_HashNotUpdated,
  // PublishesAll…EvenInCaseOfExceptions.
  @Test
  void aNoticeThatFailsIsShownAndProvesNothingAndIsRepeated() {
    webhook("");
    receiver.always(platform, 500);
    register("");
    eventually("the failure").until(() -> show().path("error").asText().contains("500"));
    JsonNode asked = api.post(target + "/sync", "").expect(202).json();
    assertThat(asked.get("error").textValue()).contains("500");
    assertThat(asked.get("notified").longValue()).isZero();
    assertThat(show().get("applied").longValue()).isZero();
    receiver.always(platform, 200);
    awaitTarget("AWAITING_ACK");
    follow();
    JsonNode shown = show();
    assertThat(shown.get("state").textValue()).isEqualTo("CLEAN");
    assertThat(shown.has("error")).isFalse();
    assertThat(api.get(target + "/history?limit=200").expect(200).body())
        .contains("\"failed\"", "\"arrived\"");
  }

  // As UnhandledExceptions_HandledInCallback.
  @Test
  void aKeyThatCannotBeReadStopsNobodyElse() {
    webhook("");
    String path = target.replace(name, name + "-2");
    api.put(path, target("").replace(platform, platform + "-2")).expect(201);
    register("\"debounce\":\"1m\"");
    pg().update(
            "update sequitur.sync_signing_key k set secret = '\\x00' from sequitur.sync_target t where t.uid = k.target_uid and t.name = ?",
            name);
    api.put(target, target("")).expect(200);
    eventually("the reason").until(() -> show().path("error").asText().contains("rotate it"));
    assertThat(notices()).isEmpty();
    eventually("the other's notice").until(() -> !receiver.received(platform + "-2").isEmpty());
    String secret =
        api.post(target + "/rotate-secret", "{\"overlap\":\"0s\"}")
            .expect(200)
            .json()
            .get("signingSecret")
            .textValue();
    sync("recorded", 202);
    notice(1);
    notices().getFirst().verify(secret);
    api.delete(path).expect(204);
  }

  // As TokenCancelledBeforeTimeout, StopCalledBeforeTimeout, NotifyPlatformIfEnabled_Disabled.
  @Test
  void oneThatIsSwitchedOffOrDeletedBeforeTheNoticeIsDueGetsNone() {
    webhook("");
    register("\"debounce\":\"300ms\"");
    api.put(target, target("\"active\":false,\"debounce\":\"300ms\"")).expect(200);
    String deleted = target.replace(name, name + "-2");
    api.put(deleted, target("\"debounce\":\"300ms\"").replace(platform, platform + "-2"))
        .expect(201);
    api.delete(deleted).expect(204);
    String later = target.replace(name, name + "-3");
    api.put(later, target("\"debounce\":\"600ms\"").replace(platform, platform + "-3")).expect(201);
    eventually("a later notice").until(() -> !receiver.received(platform + "-3").isEmpty());
    assertThat(notices()).isEmpty();
    assertThat(receiver.received(platform + "-2")).isEmpty();
    api.delete(later).expect(204);

    long began = System.nanoTime();
    sync("applied", 202);
    assertThat(System.nanoTime() - began)
        .as("nothing will come by itself")
        .isLessThan(5_000_000_000L);
    follow();
    assertThat(state()).as("it may come by itself").isEqualTo("CLEAN");
  }

  // As PutKey_Succeeds, DeleteKey_Tests, NotAFunction, NotAKey.
  @Test
  void aKeyChangeIsOneNoticeAndWhatIsRefusedIsNone() {
    String key = "/v1/key-values/" + name;
    api.put(key, "{\"kind\":\"secret\",\"value\":\"one\"}").expect(201);
    webhook("\"headers\":[{\"name\":\"X-Token\",\"keyValue\":\"%s\"}]".formatted(name));
    clean("");
    int told = notices().size();
    api.put(key, "{\"kind\":\"secret\",\"value\":\"two\"}").expect(200);
    notice(told + 1);
    follow();
    assertThat(state()).isEqualTo("CLEAN");

    api.delete(key).expect(409);
    api.delete("/v1/webhooks/" + name + "-nobody").expect(404);
    api.post("/v1/webhooks/" + name + "-nobody/rotate-secret", "{}").expect(404);
    api.put("/v1/triggers/" + name, "{\"on\":{},\"actions\":[{\"deliver\":[\"nobody\"]}]}")
        .expect(422);
    sync("applied", 200);
    assertThat(notices()).hasSize(told + 1);
    api.delete("/v1/webhooks/" + name).expect(204);
    api.delete(key).expect(204);
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

  // As MaxSyncTriggersPayloadSize_Succeeds, without its cut.
  @Test
  void aPushCarriesTheSetAndBothFallsBackToANotice() {
    webhook("");
    pg().update(
            """
            insert into sequitur.trigger (name, description, events, actions)
            select ? || '-' || n, repeat('x', 1000), '{a}', '[{"invalidate": ["k"]}]' from generate_series(1, 250) n
            """,
            name);
    register("\"mode\":\"push\"");
    JsonNode push = notice(1);
    assertThat(notices().getFirst().bytes().length).isGreaterThan(204_800);
    assertThat(push.get("items")).hasSizeGreaterThan(250);
    assertThat(sha256(CanonicalJson.of(push.get("items")))).isEqualTo(push.get("hash").textValue());
    ack(push, id(push)).expect(200);
    assertThat(state()).isEqualTo("CLEAN");

    pg().update("delete from sequitur.trigger where name like ? || '-%'", name);
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
}
