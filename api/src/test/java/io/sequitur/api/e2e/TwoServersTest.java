package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two processes with every role on one database and one Temporal, at size: events come to both in
 * turn, an ordered and an unordered webhook get all of them, and one process is killed half way.
 */
@Tag("slow")
final class TwoServersTest {
  private static final int PUBLISHERS = 4;
  private static final int KEYS_EACH = 5;
  private static final int ROUNDS = 50;
  private static final int PER_PHASE = PUBLISHERS * KEYS_EACH * ROUNDS;
  private static final List<String> WEBHOOKS = List.of("ordered", "unordered");

  /** A dead process's claims lapse, and the sweep looks at what was forgotten after a minute. */
  private static final Duration RECOVERY = Duration.ofMinutes(3);

  private final Site site = new Site();
  private final FakeReceiver receiver = new FakeReceiver();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> published = new HashSet<>();
  private final List<String> secrets = new ArrayList<>();
  private String key = "";

  @BeforeEach
  void migrate() {
    String unused = site.run("migrate");
    key = site.run("admin", "create-key", "two");
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
    site.close();
    receiver.close();
  }

  @Test
  void nothingComesTwiceOrOutOfOrderAndTheOneThatIsLeftTakesOver() {
    Serving doomed = site.serve(java.util.Map.of());
    Serving survivor = site.serve(java.util.Map.of());
    List<Api> both = List.of(doomed.api(key), survivor.api(key));
    for (String webhook : WEBHOOKS) {
      secrets.add(
          both.getFirst()
              .webhook(
                  webhook,
                  "{\"url\":\"%s\",\"events\":[\"*\"],\"timeout\":\"5s\",\"ordered\":%s}"
                      .formatted(receiver.url("/" + webhook), webhook.equals("ordered"))));
    }

    publish(both, 0).join();
    awaitQuiet();
    for (String webhook : WEBHOOKS) {
      assertThat(received(webhook)).hasSize(PER_PHASE);
      assertThat(ids(webhook)).doesNotHaveDuplicates();
    }

    AtomicInteger acknowledged = new AtomicInteger();
    CompletableFuture<Void> publishing = publish(both, ROUNDS, acknowledged);
    Awaitility.await("half of the events")
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> acknowledged.get() >= PER_PHASE / 2);
    doomed.process().kill();
    Set<String> onTheWire = claimed();
    publishing.join();
    awaitQuiet();

    for (String webhook : WEBHOOKS) {
      assertThat(Set.copyOf(ids(webhook))).isEqualTo(published);
      // What the dead one had sent and not yet recorded is sent again, and nothing else.
      assertThat(repeated(webhook)).isSubsetOf(onTheWire);
    }
    assertOrder();
    for (int i = 0; i < WEBHOOKS.size(); i++) {
      String secret = secrets.get(i);
      received(WEBHOOKS.get(i)).forEach(request -> request.verify(secret));
    }
  }

  private CompletableFuture<Void> publish(List<Api> both, int firstRound) {
    return publish(both, firstRound, new AtomicInteger());
  }

  // A publisher has keys of its own and waits for each answer: what it sends stands in an order.
  private CompletableFuture<Void> publish(
      List<Api> both, int firstRound, AtomicInteger acknowledged) {
    return CompletableFuture.allOf(
        IntStream.range(0, PUBLISHERS)
            .mapToObj(publisher ->
                CompletableFuture.runAsync(
                    () -> {
                      for (int i = 0; i < ROUNDS * KEYS_EACH; i++) {
                        int round = firstRound + i / KEYS_EACH;
                        String id = publishOne(both, i, publisher, i % KEYS_EACH, round);
                        synchronized (published) {
                          published.add(id);
                        }
                        acknowledged.incrementAndGet();
                      }
                    },
                    threads))
            .toArray(CompletableFuture<?>[]::new));
  }

  // The same event again, when nobody said that it was taken, is no second one.
  private static String publishOne(List<Api> both, int turn, int publisher, int key, int round) {
    String event =
        "{\"id\":\"%d-%d-%d\",\"source\":\"s\",\"type\":\"t\",\"partitionkey\":\"%d-%d\",\"data\":{\"round\":%d}}"
            .formatted(publisher, key, round, publisher, key, round);
    try {
      return both.get(turn % 2).publish(event);
    } catch (UncheckedIOException e) {
      return both.get(1).publish(event);
    }
  }

  private void assertOrder() {
    var lanes =
        received("ordered").stream()
            .collect(Collectors.groupingBy(request -> request.header("sequitur-key")));
    assertThat(lanes).hasSize(PUBLISHERS * KEYS_EACH);
    lanes
        .values()
        .forEach(lane -> {
          assertThat(lane.stream().map(Received::sequence)).isSorted();
          assertThat(
                  lane.stream()
                      .map(request ->
                          Api.parse(request.body()).path("data").path("round").intValue())
                      .distinct())
              .containsExactlyElementsOf(IntStream.range(0, 2 * ROUNDS).boxed().toList());
        });
    received("unordered").stream()
        .collect(Collectors.groupingBy(request -> request.header("sequitur-key")))
        .values()
        .forEach(lane ->
            assertThat(lane.stream().map(Received::sequence).distinct()).hasSize(2 * ROUNDS));
  }

  private List<Received> received(String webhook) {
    return receiver.received("/" + webhook);
  }

  private List<String> ids(String webhook) {
    return received(webhook).stream().map(Received::id).toList();
  }

  private Set<String> repeated(String webhook) {
    Set<String> seen = new HashSet<>();
    return ids(webhook).stream().filter(id -> !seen.add(id)).collect(Collectors.toSet());
  }

  /** The events that somebody had claimed when the process was killed. */
  private Set<String> claimed() {
    String ids =
        site.pg()
            .text(
                "select coalesce(string_agg('evt_' || replace(event_id::text, '-', ''), ','), '') "
                    + "from sequitur.delivery_open where claim_until is not null");
    return Arrays.stream(ids.split(",")).filter(id -> !id.isEmpty()).collect(Collectors.toSet());
  }

  private void awaitQuiet() {
    Awaitility.await("nothing is left open")
        .atMost(RECOVERY)
        .until(() ->
            site.pg()
                .text(
                    """
                    select (select count(*) from sequitur.outbox) || '/' || (select count(*) from sequitur.delivery_open)
                        || '/' || (select count(*) from sequitur.run where done_at is null)
                    """)
                .equals("0/0/0"));
  }
}
