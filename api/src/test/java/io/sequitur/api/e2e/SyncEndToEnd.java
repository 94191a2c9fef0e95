package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A sync target, with a platform that the tests play by hand. */
abstract class SyncEndToEnd extends EndToEnd {
  final String target = "/v1/sync-targets/" + name;
  final String platform = path + "-platform";

  SyncEndToEnd(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @AfterEach
  void forget() {
    api.delete("/v1/triggers/" + name);
    api.delete(target);
    api.delete("/v1/webhooks/" + name);
  }

  JsonNode register(String more) {
    return api.put(target, target(more)).expect(201).json();
  }

  String target(String more) {
    String settings = more.isEmpty() ? "" : "," + more;
    String quick = more.contains("debounce") ? "" : ",\"debounce\":\"100ms\"";
    return "{\"url\":\"%s\"%s%s}".formatted(receiver.url(platform), quick, settings);
  }

  /** Registers it, and plays the platform until it is clean. */
  void clean(String more) {
    register(more);
    if (!more.contains("debounce")) {
      notice(1);
    }
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  /** Pulls and acknowledges, as an answer to the last notice if there was one. */
  void follow() {
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    List<Received> notices = notices();
    String id = notices.isEmpty() ? null : id(Api.parse(notices.getLast().body()));
    ack(set, id).expect(200);
  }

  Response ack(JsonNode set, @Nullable String notification) {
    return api.post(target + "/acks", ackBody(set, notification, "APPLIED", ""));
  }

  Response ack(long generation, String hash, String notification) {
    return api.post(
        target + "/acks",
        "{\"generation\":%d,\"hash\":\"%s\",\"notificationId\":\"%s\",\"status\":\"APPLIED\",\"more\":1}"
            .formatted(generation, hash, notification));
  }

  static String ackBody(JsonNode set, @Nullable String notification, String status, String detail) {
    return "{\"generation\":%s,\"hash\":%s,\"notificationId\":%s,\"status\":\"%s\",\"detail\":\"%s\"}"
        .formatted(
            set.get("generation"),
            set.get("hash"),
            notification == null ? "null" : '"' + notification + '"',
            status,
            detail);
  }

  List<Received> notices() {
    return receiver.received(platform);
  }

  /** Waits for the notice of this number; gives its body. */
  JsonNode notice(int number) {
    List<Received> all =
        eventually("notice " + number).until(this::notices, notices -> notices.size() >= number);
    return Api.parse(all.get(number - 1).body());
  }

  /** Waits for one like this after the first so many; others may come between. */
  JsonNode noticeAfter(int told, String what, Predicate<JsonNode> wanted) {
    return eventually(what)
        .until(
            () ->
                notices().stream()
                    .skip(told)
                    .map(notice -> Api.parse(notice.body()))
                    .filter(wanted)
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  static String id(JsonNode notice) {
    return notice.get("notificationId").textValue();
  }

  JsonNode show() {
    return api.get(target).expect(200).json();
  }

  String state() {
    return show().get("state").textValue();
  }

  void awaitTarget(String state) {
    eventually(state).until(this::state, state::equals);
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  void sync(String wait, int status) {
    api.post(target + "/sync?wait=" + wait, "").expect(status);
  }
}
