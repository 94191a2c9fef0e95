package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A replay asks the breaker and the rate limit of its webhook, as live deliveries do. */
final class ReplayProtectionTest extends EndToEnd {
  private static final int KEYS = 4;
  private static final int SENT = 24;
  private static final int LIVE = 12;

  /** Every attempt of this test's webhook, live or replayed, by when it started. */
  private static final String ATTEMPTS =
      """
      (select a.event_id, a.number, a.at, a.duration_ms, r.key_id
       from (select event_id, webhook_uid, number, at, duration_ms from sequitur.attempt
             union all select event_id, webhook_uid, number, at, duration_ms from sequitur.replay_attempt) a
       join sequitur.webhook w on w.uid = a.webhook_uid join sequitur.delivery r using (event_id, webhook_uid) where w.name = ?)
      """;

  ReplayProtectionTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void intoADeadEndpointItSharesTheProbesWithLiveDeliveriesAndThenFinishesInOrder() {
    webhook("\"ordered\":true,\"retry\":\"%s\"".formatted("500ms ".repeat(30).strip()));
    publish(0, SENT);
    awaitState("delivered", SENT);
    int before = received().size();
    receiver.always(path, 500);
    String replay = start();
    publish(SENT, LIVE);
    eventually("open").until(() -> webhookNow().path("status").asText().equals("troubled"));
    JsonNode waiting =
        eventually("a reason")
            .until(() -> show(replay), shown -> shown.path("reason").asText().contains("breaker"));
    assertThat(waiting.get("reason").textValue()).contains("status 500", "probe");
    assertThat(waiting.get("state").textValue()).isEqualTo("running");
    Instant opened = Instant.now();
    eventually("the end of the failure")
        .until(() -> Instant.now().isAfter(opened.plus(Duration.ofMillis(2_500))));
    assertProbesAreApart(before);

    receiver.always(path, 200);
    eventually("all delivered", 40).until(() -> deliveries("delivered") == SENT + LIVE);
    eventually("all replayed", 40)
        .until(() -> show(replay).get("state").textValue().equals("completed"));
    assertThat(show(replay).get("delivered").asInt()).isEqualTo(SENT);
    assertInOrder(received().stream().filter(ReplayProtectionTest::replayed).toList(), SENT);
    assertInOrder(received().stream().filter(one -> !replayed(one)).toList(), SENT + LIVE);
    assertThat(
            pg().count(
                    "select count(*) from "
                        + ATTEMPTS
                        + " a join "
                        + ATTEMPTS
                        + " b on a.key_id = b.key_id and a.at < b.at and b.at < a.at + a.duration_ms * interval '1 ms'",
                    name,
                    name))
        .as("attempts that met another one in their lane")
        .isZero();
    eventually("well again").until(() -> webhookNow().get("status").textValue().equals("ok"));
  }

  @Test
  void underARateLimitItAndLiveDeliveriesTogetherKeepToIt() {
    webhook("");
    publish(0, SENT);
    awaitState("delivered", SENT);
    api.put("/v1/webhooks/" + name, definition("\"rateLimit\":{\"count\":10,\"per\":\"1s\"}"))
        .expect(200);
    String replay = start();
    publish(SENT, LIVE);
    eventually("all replayed", 30)
        .until(() -> show(replay).get("state").textValue().equals("completed"));
    awaitState("delivered", SENT + LIVE);
    List<Instant> starts = starts();
    starts = starts.subList(SENT, starts.size());
    assertThat(starts).as("an attempt each, none for having waited").hasSize(SENT + LIVE);
    for (int i = 0; i + 13 < starts.size(); i++) {
      assertThat(Duration.between(starts.get(i), starts.get(i + 13)))
          .isGreaterThan(Duration.ofSeconds(1));
    }
    assertThat(Duration.between(starts.getFirst(), starts.getLast()))
        .as("and it is used")
        .isLessThan(Duration.ofSeconds(9));
  }

  private void publish(int from, int count) {
    for (int i = from; i < from + count; i++) {
      publish("e" + i, "\"partitionkey\":\"k%d\"".formatted(i % KEYS));
    }
  }

  private String start() {
    return api.post("/v1/replays", "{\"webhook\":\"" + name + "\"}")
        .expect(201)
        .json()
        .get("id")
        .textValue();
  }

  private JsonNode show(String replay) {
    return api.get("/v1/replays/" + replay).expect(200).json();
  }

  private JsonNode webhookNow() {
    return api.get("/v1/webhooks/" + name).expect(200).json();
  }

  // What was on the wire or ready when it opened is not judged: there are ten places.
  private void assertProbesAreApart(int before) {
    List<Instant> starts = starts();
    List<Instant> probes = starts.subList(Math.min(starts.size(), before + 15), starts.size());
    assertThat(probes).as("of %s attempts", starts.size() - before).hasSizeLessThan(5);
    for (int i = 0; i + 1 < probes.size(); i++) {
      assertThat(Duration.between(probes.get(i), probes.get(i + 1)))
          .isGreaterThan(Duration.ofMillis(990));
    }
  }

  private static boolean replayed(Received request) {
    return !request.header("sequitur-replay").isEmpty();
  }

  // A refused one comes again; then each key goes on by one.
  private static void assertInOrder(List<Received> requests, int events) {
    Map<String, List<Long>> lanes =
        requests.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.header("sequitur-key"),
                    Collectors.mapping(Received::sequence, Collectors.toList())));
    assertThat(lanes).hasSize(KEYS);
    lanes
        .values()
        .forEach(lane -> {
          assertThat(lane).isSorted();
          assertThat(lane.stream().distinct()).hasSize(events / KEYS);
        });
  }

  private List<Instant> starts() {
    String all =
        pg().text(
                "select string_agg(to_char(a.at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), ' ' order by a.at) from "
                    + ATTEMPTS
                    + " a",
                name);
    return Arrays.stream(all.split(" ")).map(Instant::parse).toList();
  }
}
