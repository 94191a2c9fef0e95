package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A breaker outlives the process that opened it. */
@Tag("slow")
final class ProtectionRestartTest {
  private static final boolean FULL = "full".equals(System.getProperty("sequitur.protection"));
  private static final int EVENTS = FULL ? 10_000 : 100;
  private static final int KEYS = 20;
  private static final int PLACES = 10;
  private static final String PATH = "/dead";

  private final SequiturProcess sequitur = SequiturProcess.start();
  private final FakeReceiver receiver = new FakeReceiver();

  @AfterEach
  void end() {
    sequitur.close();
    receiver.close();
  }

  @Test
  void killedWhileTheBreakerIsOpenItStaysOpenAndThenDrainsInOrder() {
    receiver.always(PATH, 500);
    sequitur
        .api()
        .webhook(
            "dead",
            "{\"url\":\"%s\",\"events\":[\"*\"],\"ordered\":true,\"retry\":\"%s\"}"
                .formatted(receiver.url(PATH), "500ms ".repeat(30).strip()));
    for (int i = 0; i < EVENTS; i++) {
      Api api = sequitur.api();
      api.publish(
          "{\"id\":\"%d\",\"source\":\"s\",\"type\":\"e\",\"partitionkey\":\"k%d\"}"
              .formatted(i, i % KEYS));
    }
    awaitBreaker("open");
    sequitur.kill();
    int before = receiver.received(PATH).size();
    sequitur.restart();
    awaitBreaker("open");
    // After some minutes of failure the next one is five minutes away (Breaker.LONGEST_PROBE).
    eventually("a probe", FULL ? 330 : 60).until(() -> receiver.received(PATH).size() > before);
    assertThat(receiver.received(PATH)).hasSizeLessThan(before + 5);

    receiver.always(PATH, 200);
    eventually("all delivered", FULL ? 900 : 90)
        .until(() ->
            sequitur.pg().count("select count(*) from sequitur.delivery where state = 'delivered'")
                == EVENTS);
    assertInOrderWithFewRepeats();
  }

  private void awaitBreaker(String state) {
    eventually(state)
        .until(
            () -> sequitur.pg().text("select breaker from sequitur.webhook_state"), state::equals);
  }

  // Those that were refused come again; then each key goes on by one.
  private void assertInOrderWithFewRepeats() {
    Map<String, Long> last = new HashMap<>();
    List<Received> all = receiver.received(PATH);
    for (Received request : all) {
      long before = Objects.requireNonNullElse(last.get(request.header("sequitur-key")), 0L);
      assertThat(request.sequence()).isBetween(Math.max(1, before), before + 1);
      last.put(request.header("sequitur-key"), request.sequence());
    }
    assertThat(last.values()).allMatch(sequence -> sequence == EVENTS / KEYS);
    assertThat(all.size() - EVENTS).as("failed attempts").isLessThan(4 * PLACES);
  }
}
