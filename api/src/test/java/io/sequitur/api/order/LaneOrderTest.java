package io.sequitur.api.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three processes share the events of many keys; one first try in ten is refused, and two of the
 * processes are killed while they work. What the receiver wrote down is judged.
 *
 * <p>Needs a real Temporal server: the one in process never gives a task again that stood in a dead
 * worker's sticky queue. Short by default; {@code -Dsequitur.order=full} has 1 000 keys of 100
 * events.
 */
@Tag("slow")
final class LaneOrderTest {
  private static final Logger log = LoggerFactory.getLogger(LaneOrderTest.class);
  private static final Form FORM =
      "full".equals(System.getProperty("sequitur.order")) ? Form.FULL : Form.SHORT;
  private static final long SEED = Long.getLong("sequitur.seed", System.nanoTime());
  private static final List<String> WEBHOOKS = List.of("ordered", "free");
  private static final int PROCESSES = 3;
  private static final int KILLS = 2;
  private static final int PUBLISHERS = 4;
  private static final int REFUSED_IN_100 = 10;

  private enum Form {
    SHORT(60, 25, Duration.ofMinutes(3)),
    FULL(1_000, 100, Duration.ofMinutes(30));

    private final int keys;
    private final int rounds;
    private final Duration limit;

    Form(int keys, int rounds, Duration limit) {
      this.keys = keys;
      this.rounds = rounds;
      this.limit = limit;
    }

    int events() {
      return keys * rounds;
    }
  }

  private final Site site = new Site();
  private final LaneLog receiver = new LaneLog(REFUSED_IN_100, SEED);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Serving> running = new CopyOnWriteArrayList<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<String> onTheWire = ConcurrentHashMap.newKeySet();
  private String key = "";

  @AfterEach
  void end() {
    threads.shutdownNow();
    site.close();
    receiver.close();
  }

  @Test
  void everyKeysEventsArriveInOrderThoughTriesFailAndProcessesAreKilled() {
    log.info("seed {}", SEED);
    String unused = site.run("migrate");
    key = site.run("admin", "create-key", "order");
    for (int i = 0; i < PROCESSES; i++) {
      running.add(site.serve(Map.of()));
    }
    for (String webhook : WEBHOOKS) {
      String secret =
          api(0)
              .webhook(
                  webhook,
                  "{\"url\":\"%s\",\"events\":[\"*\"],\"ordered\":%s,\"timeout\":\"5s\",\"retry\":\"100ms 1s 1s 1s 5s\"}"
                      .formatted(receiver.url(webhook), webhook.equals("ordered")));
      assertThat(secret).isNotEmpty();
    }

    AtomicInteger published = new AtomicInteger();
    CompletableFuture<Void> publishing = publish(published);
    Random random = new Random(SEED);
    for (int kill = 1; kill <= KILLS; kill++) {
      int goal = FORM.events() * kill / (KILLS + 1) + random.nextInt(FORM.events() / 10);
      Awaitility.await("published " + goal)
          .atMost(FORM.limit)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> published.get() >= goal || publishing.isDone());
      running.remove(random.nextInt(running.size())).process().kill();
      onTheWire.addAll(claimed());
    }
    publishing.join();
    awaitQuiet();

    List<Arrival> all = receiver.all();
    log.info(
        "{} events, {} requests, {} were on the wire at a kill",
        acknowledged.size(),
        all.size(),
        onTheWire.size());
    assertThat(acknowledged).hasSize(FORM.events());
    assertThat(new OrderJudge(Set.of("ordered")).judge(all, acknowledged, onTheWire))
        .as("seed %d", SEED)
        .isEmpty();
  }

  // A publisher has keys of its own and awaits each answer: what it sends of a key has an order.
  private CompletableFuture<Void> publish(AtomicInteger published) {
    return CompletableFuture.allOf(
        IntStream.range(0, PUBLISHERS)
            .mapToObj(publisher ->
                CompletableFuture.runAsync(() -> publishKeysOf(publisher, published), threads))
            .toArray(CompletableFuture<?>[]::new));
  }

  private void publishKeysOf(int publisher, AtomicInteger published) {
    Random random = new Random(SEED + publisher);
    for (int round = 0; round < FORM.rounds; round++) {
      List<String> events = new ArrayList<>();
      for (int k = publisher; k < FORM.keys; k += PUBLISHERS) {
        events.add(
            "{\"specversion\":\"1.0\",\"id\":\"%d-%d\",\"source\":\"s\",\"type\":\"t\",\"partitionkey\":\"%d\",\"data\":{\"round\":%d}}"
                .formatted(k, round, k, round));
      }
      publishBatch("[" + String.join(",", events) + "]", random);
      published.addAndGet(events.size());
    }
  }

  // The same again, when nobody said that it was taken, is no second time.
  private void publishBatch(String events, Random random) {
    while (true) {
      try {
        JsonNode answer =
            api(random.nextInt(running.size()))
                .post("/v1/events", events, "Content-Type", "application/cloudevents-batch+json")
                .expect(202)
                .json();
        answer.get("accepted").forEach(one -> acknowledged.add(one.get("id").textValue()));
        return;
      } catch (UncheckedIOException | IndexOutOfBoundsException e) {
        log.info("again, elsewhere: {}", e.toString());
      }
    }
  }

  private Api api(int which) {
    return running.get(which).api(key);
  }

  /** The events that somebody had claimed when a process was killed. */
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
        .atMost(FORM.limit)
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
