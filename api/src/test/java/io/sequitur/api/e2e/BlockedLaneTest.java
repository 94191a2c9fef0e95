package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One key whose events are refused for ever holds its own lane, and nothing else. */
final class BlockedLaneTest extends EndToEnd {
  private static final Logger log = LoggerFactory.getLogger(BlockedLaneTest.class);
  private static final int KEYS = 10;
  private static final int ROUNDS = 20;

  BlockedLaneTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void otherKeysDoNotNoticeAndTheLaneDrainsInOrderWhenTheReceiverIsMended() {
    webhook("\"ordered\":true,\"retry\":\"100ms 100ms\"");
    Duration usual = p99(publishRounds("before"));

    Instant begin = Instant.now();
    receiver.refuse(path, "bad");
    publish("bad-0", key("bad"));
    awaitState("blocked", 1);
    for (int i = 1; i < ROUNDS; i++) {
      publish("bad-" + i, key("bad"));
    }
    Duration beside = p99(publishRounds("beside"));
    log.info(
        "p99 of the other keys: {} ms alone, {} ms beside a blocked one",
        usual.toMillis(),
        beside.toMillis());
    assertThat(deliveries("blocked")).isOne();
    assertThat(deliveries("waiting")).isEqualTo(ROUNDS - 1);
    assertThat(arrived("bad").stream().map(Received::sequence)).containsOnly(1L);
    assertThat(blockedSince()).isBetween(begin.truncatedTo(ChronoUnit.SECONDS), Instant.now());

    receiver.accept(path, "bad");
    api.post("/v1/deliveries/retry", "{\"webhook\":\"%s\",\"state\":\"blocked\"}".formatted(name))
        .expect(200);
    awaitState("delivered", 2L * KEYS * ROUNDS + ROUNDS);
    assertThat(arrived("bad").stream().map(Received::sequence).distinct())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, ROUNDS).boxed().toList());
  }

  // From the request to publish until the arrival; each round waits for its own arrivals.
  private Map<String, Long> publishRounds(String phase) {
    Map<String, Long> nanos = new ConcurrentHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int key = 0; key < KEYS; key++) {
        long begin = System.nanoTime();
        String id = publish(phase + "-" + round + "-" + key, key("k" + key));
        nanos.put(id, begin);
      }
    }
    eventually("all arrived").until(() -> arrivedOf(nanos).size() == nanos.size());
    arrivedOf(nanos)
        .forEach(one -> nanos.computeIfPresent(one.id(), (id, begin) -> one.nanos() - begin));
    return nanos;
  }

  private List<Received> arrivedOf(Map<String, Long> events) {
    return received().stream().filter(one -> events.containsKey(one.id())).toList();
  }

  private static Duration p99(Map<String, Long> nanos) {
    List<Long> sorted = nanos.values().stream().sorted().toList();
    return Duration.ofNanos(sorted.get(sorted.size() * 99 / 100));
  }

  private List<Received> arrived(String key) {
    return received().stream().filter(one -> one.header("sequitur-key").equals(key)).toList();
  }

  private Instant blockedSince() {
    String id =
        api.get("/v1/deliveries?state=blocked&webhook=" + name)
            .expect(200)
            .json()
            .at("/items/0/id")
            .textValue();
    String reason = api.get("/v1/deliveries/" + id).expect(200).json().get("reason").textValue();
    Matcher since = Pattern.compile("since (\\S+)\\.").matcher(reason);
    assertThat(since.find()).as(reason).isTrue();
    return Instant.parse(since.group(1));
  }

  private static String key(String key) {
    return "\"partitionkey\":\"" + key + "\"";
  }
}
