package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A replay whose process is killed twice. With {@code -Dsequitur.replay=full} it is one of 20 000
 * events.
 */
@Tag("slow")
final class ReplayCrashTest {
  private static final boolean FULL = "full".equals(System.getProperty("sequitur.replay"));
  private static final int EVENTS = FULL ? 20_000 : 400;
  private static final int BATCH = 400;
  private static final int LANES = 40;
  private static final int CONCURRENCY = 20;
  private static final int KILLS = 2;
  private static final String PATH = "/replayed";

  private final SequiturProcess sequitur = SequiturProcess.start();
  private final FakeReceiver receiver = new FakeReceiver();

  @AfterEach
  void end() {
    sequitur.close();
    receiver.close();
  }

  @Test
  void killedTwiceItMissesNothingKeepsOrderAndRepeatsOnlyWhatWasInFlight() {
    String secret =
        sequitur
            .api()
            .webhook(
                "replayed",
                "{\"url\":\"%s\",\"events\":[\"*\"],\"ordered\":true,\"maxConcurrency\":%d,\"retry\":\"1s 1s 1s\"}"
                    .formatted(receiver.url(PATH), CONCURRENCY));
    Set<String> events = publishAll();
    awaitDelivered();

    String replay =
        sequitur
            .api()
            .post("/v1/replays", "{\"webhook\":\"replayed\"}")
            .expect(201)
            .json()
            .get("id")
            .textValue();
    for (int kill = 1; kill <= KILLS; kill++) {
      int enough = EVENTS * kill / (KILLS + 1);
      eventually(enough + " sent once more", 300).until(() -> replayed().size() >= enough);
      sequitur.kill();
      sequitur.restart();
    }
    JsonNode done = awaitCompleted(replay);

    assertThat(done.get("delivered").asInt()).isEqualTo(EVENTS);
    assertThat(done.get("failed").asInt()).isZero();
    List<Received> all = replayed();
    assertThat(all.stream().map(Received::id).collect(Collectors.toSet())).isEqualTo(events);
    assertThat(all.size() - EVENTS).isBetween(0, KILLS * CONCURRENCY);
    Map<String, List<Received>> lanes =
        all.stream().collect(Collectors.groupingBy(request -> request.header("sequitur-key")));
    assertThat(lanes).hasSize(LANES);
    lanes.values().forEach(lane -> assertThat(lane.stream().map(Received::sequence)).isSorted());
    all.stream().limit(100).forEach(request -> request.verify(secret));
    assertThat(all).allMatch(request -> request.header("sequitur-replay").equals(replay));
    assertThat(open("delivery")).as("first deliveries").isEqualTo(EVENTS);
  }

  private Set<String> publishAll() {
    Set<String> ids = new HashSet<>();
    for (int from = 0; from < EVENTS; from += BATCH) {
      String batch =
          IntStream.range(from, from + BATCH)
              .mapToObj(i ->
                  "{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"replay\",\"type\":\"e\",\"partitionkey\":\"k%d\"}"
                      .formatted(i, i % LANES))
              .collect(Collectors.joining(",", "[", "]"));
      sequitur
          .api()
          .post("/v1/events", batch, "Content-Type", "application/cloudevents-batch+json")
          .expect(202)
          .json()
          .get("accepted")
          .forEach(one -> ids.add(one.get("id").textValue()));
    }
    return ids;
  }

  private void awaitDelivered() {
    Awaitility.await("first deliveries")
        .atMost(Duration.ofMinutes(8))
        .until(() -> open("delivery_done") == EVENTS);
  }

  private long open(String table) {
    return sequitur
        .pg()
        .count("select count(*) from sequitur." + table + " where state = 'delivered'");
  }

  private JsonNode awaitCompleted(String replay) {
    return Awaitility.await("a completed replay")
        .atMost(Duration.ofMinutes(8))
        .until(
            () -> sequitur.api().get("/v1/replays/" + replay).expect(200).json(),
            shown -> shown.get("state").textValue().equals("completed"));
  }

  private List<Received> replayed() {
    return receiver.received(PATH).stream()
        .filter(request -> !request.header("sequitur-replay").isEmpty())
        .toList();
  }
}
