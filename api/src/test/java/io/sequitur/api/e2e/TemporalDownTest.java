package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.FaultProxy;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TemporalServer;
import io.sequitur.api.testing.TestBed;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Temporal is away when the process starts, and comes later. */
@Tag("slow")
final class TemporalDownTest {
  private static final int EVENTS = 100;
  private static final Duration RECOVERY = Duration.ofMinutes(2);

  @Test
  void healthyDeliveriesGoOnAndNothingIsLeftWhenTemporalComes() {
    TestBed bed = TestBed.fromEnvironment();
    assumeTrue(bed.headStart(), "without head start every step waits for Temporal");
    try (TemporalServer temporal = TemporalServer.start(bed);
        FaultProxy link = new FaultProxy(temporal.host(), temporal.port());
        FakeReceiver receiver = new FakeReceiver();
        SequiturProcess sequitur = SequiturProcess.start(bed, link.address())) {
      Api api = sequitur.api();
      api.webhook(
          "healthy", "{\"url\":\"%s\",\"events\":[\"*\"]}".formatted(receiver.url("/healthy")));
      api.webhook(
          "failing",
          "{\"url\":\"%s\",\"events\":[\"*\"],\"retry\":\"1s\"}"
              .formatted(receiver.url("/failing")));
      receiver.script("/failing", 500, 500, 500);
      for (int i = 0; i < EVENTS; i++) {
        String unused = api.publish("{\"id\":\"%d\",\"source\":\"s\",\"type\":\"t\"}".formatted(i));
      }
      eventually("all were delivered without Temporal")
          .until(() -> receiver.received("/healthy").size() == EVENTS);
      Awaitility.await("retries were made without Temporal")
          .atMost(RECOVERY)
          .until(() -> receiver.received("/failing").size() == EVENTS + 3);
      assertThat(openRuns(sequitur)).isPositive();

      link.open();
      Awaitility.await("no run, retry or row is left")
          .atMost(RECOVERY)
          .until(() -> openRuns(sequitur) + openDeliveries(sequitur) == 0);
      assertThat(receiver.received("/healthy")).hasSize(EVENTS);
      assertThat(receiver.received("/failing")).hasSize(EVENTS + 3);
    }
  }

  private static long openRuns(SequiturProcess sequitur) {
    return sequitur.pg().count("select count(*) from sequitur.run where done_at is null");
  }

  private static long openDeliveries(SequiturProcess sequitur) {
    return sequitur.pg().count("select count(*) from sequitur.delivery_open");
  }
}
