package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The process ends in the middle of its work. With the embedded Temporal its whole memory ends with
 * it, so the rows alone must carry the work on.
 */
@Tag("slow")
final class CrashTest {
  private static final int LANES = 10;
  private static final int STOPPING = 503;
  private static final int KILLS = 3;
  private static final int PER_ROUND = 100;
  private static final String PATH = "/slow";

  private final SequiturProcess sequitur = SequiturProcess.start();
  private final FakeReceiver receiver = new FakeReceiver();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private String secret = "";

  @BeforeEach
  void makeWebhook() {
    receiver.latency(PATH, Duration.ofMillis(40));
    secret =
        sequitur
            .api()
            .webhook(
                "slow",
                "{\"url\":\"%s\",\"events\":[\"*\"],\"ordered\":true,\"retry\":\"1s 1s 1s 1s 1s 1s\"}"
                    .formatted(receiver.url(PATH)));
  }

  @AfterEach
  void end() {
    sequitur.close();
    receiver.close();
  }

  @Test
  void killedInTheMiddleItLosesNothingAndKeepsOrder() {
    for (int round = 0; round < KILLS; round++) {
      CompletableFuture<Void> publishing = publishLater(round);
      awaitArrivals(receiver.received(PATH).size() + PER_ROUND / 3);
      sequitur.kill();
      publishing.join();
      sequitur.restart();
    }
    awaitQuiet();

    assertEverythingArrivedInOrder();
    assertThat(repeats()).isLessThanOrEqualTo(KILLS * LANES);
  }

  @Test
  void stoppedInTheMiddleItRepeatsNothing() {
    CompletableFuture<Void> publishing = publishLater(0);
    awaitArrivals(PER_ROUND / 3);
    assertThat(sequitur.stop()).isLessThan(Duration.ofSeconds(30));
    assertThat(sequitur.data().resolve("dev.json")).doesNotExist();
    publishing.join();
    sequitur.restart();
    awaitQuiet();

    assertEverythingArrivedInOrder();
    assertThat(repeats()).isZero();
  }

  // Publishes until the process is gone, as a client would that believes only what is acknowledged.
  private CompletableFuture<Void> publishLater(int round) {
    Api api = sequitur.api();
    return CompletableFuture.runAsync(() -> {
      try {
        for (int i = 0; i < PER_ROUND; i++) {
          Response answer =
              api.post(
                  "/v1/events",
                  "{\"id\":\"%d-%d\",\"source\":\"crash\",\"type\":\"e\",\"partitionkey\":\"k%d\"}"
                      .formatted(round, i, i % LANES));
          if (answer.status() == STOPPING) {
            return;
          }
          acknowledged.add(answer.expect(202).json().get("id").textValue());
        }
      } catch (UncheckedIOException e) {
        // Not acknowledged, so nothing was promised about it.
        return;
      }
    });
  }

  private void awaitArrivals(int count) {
    eventually(count + " arrivals").until(() -> receiver.received(PATH).size() >= count);
  }

  private void awaitQuiet() {
    Awaitility.await("nothing is left open")
        // A run whose workflow was forgotten is looked at again a minute after its start.
        .atMost(Duration.ofMinutes(2))
        .until(() -> open().equals("0/0/0"));
  }

  private String open() {
    return sequitur
        .pg()
        .text(
            """
            select (select count(*) from sequitur.outbox) || '/' || (select count(*) from sequitur.delivery_open)
                || '/' || (select count(*) from sequitur.run where done_at is null)
            """);
  }

  private void assertEverythingArrivedInOrder() {
    List<Received> all = receiver.received(PATH);
    all.forEach(request -> request.verify(secret));
    assertThat(all.stream().map(Received::id).collect(Collectors.toSet()))
        .containsAll(acknowledged);
    Map<String, List<Received>> lanes =
        all.stream().collect(Collectors.groupingBy(request -> request.header("sequitur-key")));
    assertThat(lanes).hasSize(LANES);
    lanes.values().forEach(lane -> assertThat(lane.stream().map(Received::sequence)).isSorted());
    Map<String, List<Received>> events = all.stream().collect(Collectors.groupingBy(Received::id));
    events
        .values()
        .forEach(same -> assertThat(same.stream().map(Received::body).distinct()).hasSize(1));
  }

  private long repeats() {
    List<Received> all = receiver.received(PATH);
    return all.size() - all.stream().map(Received::id).distinct().count();
  }
}
