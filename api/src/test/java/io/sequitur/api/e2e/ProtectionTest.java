package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Receivers that are down, slow, or have a limit: they are left alone, and nothing is lost. */
final class ProtectionTest extends EndToEnd {
  private static final int KEYS = 20;

  /** {@code -Dsequitur.protection=full}: as many, and as long, as an operator would see. */
  private static final boolean FULL = "full".equals(System.getProperty("sequitur.protection"));

  ProtectionTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void aDeadEndpointIsProbedRarelyAndThenGetsEverythingOnceAndInOrder() {
    int events = FULL ? 10_000 : 300;
    Duration dead = FULL ? Duration.ofMinutes(2) : Duration.ofMillis(2_500);
    webhook("\"ordered\":true,\"retry\":\"%s\"".formatted("500ms ".repeat(30).strip()));
    receiver.always(path, 500);
    publishMany(events);
    eventually("open").until(() -> webhookNow().path("status").asText().equals("troubled"));
    JsonNode troubled =
        eventually("no probe under way").until(this::webhookNow, shown -> shown.has("nextProbeAt"));
    assertThat(troubled.get("reason").textValue()).contains("its breaker is open", "status 500");
    assertThat(troubled.get("since").textValue()).isNotEmpty();
    assertThat(troubled.get("nextProbeAt").textValue()).isNotEmpty();
    Instant opened = now();
    eventually("the end of the failure", (int) dead.toSeconds() + 20)
        .until(() -> now().isAfter(opened.plus(dead)));
    assertProbesGrowRare();

    receiver.always(path, 200);
    eventually("all delivered", FULL ? 900 : 30).until(() -> deliveries("delivered") == events);
    assertOnceAndInOrder(events);
    eventually("well again").until(() -> webhookNow().get("status").textValue().equals("ok"));
    assertThat(webhookNow().has("nextProbeAt")).isFalse();
  }

  @Test
  void aRateLimitSpreadsABurstAndChargesNobody() {
    webhook("\"rateLimit\":{\"count\":20,\"per\":\"1s\"}");
    publishMany(60);
    awaitState("delivered", 60);
    List<Instant> starts = starts();
    assertThat(starts).as("an attempt each, none for having waited").hasSize(60);
    assertThat(Duration.between(starts.getFirst(), starts.getLast()))
        .isBetween(Duration.ofMillis(2_700), Duration.ofSeconds(8));
    for (int i = 0; i + 24 < starts.size(); i++) {
      assertThat(Duration.between(starts.get(i), starts.get(i + 24)))
          .isGreaterThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void whatFailsForDaysIsDisabledWithTheRuleAndEnablingItDrains() {
    webhook("\"retry\":\"1h\"");
    receiver.always(path, 404);
    publish("1", "");
    awaitState("retrying", 1);
    pg().update(
            "update sequitur.webhook_state s set failures = 9, failing_since = now() - interval '6 days' "
                + "from sequitur.webhook w where w.uid = s.webhook_uid and w.name = ?",
            name);
    publish("2", "");
    eventually("disabled").until(() -> webhookNow().get("status").textValue().equals("disabled"));
    assertThat(webhookNow().get("reason").textValue()).contains("5 days", "status 404", "enable");
    assertThat(webhookNow().get("nextProbeAt").textValue()).isNotEmpty();
    publish("3", "");
    awaitState("held", 3);
    assertThat(received()).hasSize(2);

    receiver.always(path, 200);
    api.post("/v1/webhooks/" + name + "/enable", "").expect(200);
    awaitState("delivered", 1);
    String list = "/v1/deliveries/retry";
    api.post(list, "{\"webhook\":\"" + name + "\"}").expect(200);
    awaitState("delivered", 3);
  }

  @Test
  void hangingEndpointsDoNotSlowTheOthersDownAndLoseNothing() {
    int endpoints = FULL ? 50 : 8;
    int hanging = FULL ? 5 : 2;
    int events = FULL ? 500 : 40;
    double usual = milliseconds("usual", endpoints, 0, events);
    double beside = milliseconds("beside", endpoints, hanging, events);
    System.out.printf(
        "p99 of %d endpoints: usually %.1f ms, beside %d that hang %.1f ms, ratio %.2f%n",
        endpoints, usual, hanging, beside, beside / usual);
  }

  // From acceptance to the start of the attempt, of those that answer.
  private double milliseconds(String round, int endpoints, int hanging, int events) {
    String rest = name + "-" + round + "-ok";
    for (int i = 0; i < endpoints; i++) {
      boolean hangs = i < hanging;
      String one = (hangs ? name + "-" + round : rest) + i;
      if (hangs) {
        receiver.hold("/" + one);
      }
      api.webhook(
          one,
          "{\"url\":\"%s\",\"events\":[\"%s.%s\"],\"timeout\":\"%s\",\"retry\":\"%s\"}"
              .formatted(
                  receiver.url("/" + one),
                  type,
                  round,
                  FULL ? "15s" : "1s",
                  "1s ".repeat(30).strip()));
    }
    for (int i = 0; i < events; i++) {
      api.publish(
          "{\"id\":\"%s-%d\",\"source\":\"%s\",\"type\":\"%s.%s\"}"
              .formatted(round, i, name, type, round));
    }
    eventually("the others have theirs", 60)
        .until(() -> delivered(rest) == (long) (endpoints - hanging) * events);
    double p99 =
        Double.parseDouble(
            pg().text(
                    "select percentile_cont(0.99) within group (order by extract(epoch from a.at - e.received_at)) * 1000 "
                        + "from sequitur.attempt a join sequitur.event e on e.id = a.event_id "
                        + "join sequitur.webhook w on w.uid = a.webhook_uid where w.name like ?",
                    rest + "%"));
    for (int i = 0; i < hanging; i++) {
      receiver.release("/" + name + "-" + round + i);
    }
    eventually("nothing is lost", FULL ? 400 : 40)
        .until(() -> delivered(name + "-" + round) == (long) endpoints * events);
    return p99;
  }

  private long delivered(String prefix) {
    return pg().count(
            "select count(*) from sequitur.delivery where webhook like ? and state = 'delivered'",
            prefix + "%");
  }

  private JsonNode webhookNow() {
    return api.get("/v1/webhooks/" + name).expect(200).json();
  }

  private void publishMany(int count) {
    for (int i = 0; i < count; i++) {
      publish("e" + i, "\"partitionkey\":\"k%d\"".formatted(i % KEYS));
    }
  }

  // What was on the wire or ready when it opened is not judged: there are ten places.
  private void assertProbesGrowRare() {
    List<Instant> starts = starts();
    List<Instant> probes = starts.subList(Math.min(starts.size(), 15), starts.size());
    assertThat(probes).as("of %s attempts", starts.size()).hasSizeLessThan(FULL ? 10 : 5);
    for (int i = 0; i + 1 < probes.size(); i++) {
      assertThat(Duration.between(probes.get(i), probes.get(i + 1)))
          .isGreaterThan(Duration.ofMillis(990));
    }
  }

  private void assertOnceAndInOrder(int events) {
    Map<String, Long> last = new HashMap<>();
    Set<String> seen = new HashSet<>();
    List<Received> all = received();
    for (Received request : all.subList(all.size() - events, all.size())) {
      assertThat(seen.add(request.id())).as("%s comes once", request.id()).isTrue();
      Long before = last.put(request.header("sequitur-key"), request.sequence());
      assertThat(request.sequence()).isEqualTo(before == null ? 1 : before + 1);
    }
  }

  private List<Instant> starts() {
    String all =
        pg().text(
                "select coalesce(string_agg(to_char(a.at at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), ' ' order by a.at), '') "
                    + "from sequitur.attempt a join sequitur.webhook w on w.uid = a.webhook_uid where w.name = ?",
                name);
    return all.isEmpty() ? List.of() : Arrays.stream(all.split(" ")).map(Instant::parse).toList();
  }

  private static Instant now() {
    return Instant.now();
  }
}
