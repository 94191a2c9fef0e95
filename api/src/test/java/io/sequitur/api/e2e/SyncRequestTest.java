package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.Burst;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever asks gets the honest answer, and settings hold at once. */
final class SyncRequestTest extends SyncEndToEnd {
  SyncRequestTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  // No test of the host: many requests at once.
  @Test
  void aThousandRequestsAreAllAnsweredAndCauseTwoNoticesAtMost() {
    webhook("");
    register("");
    List<Integer> answers =
        Burst.post(
            sequitur.url() + target + "/sync?wait=applied",
            1_000,
            () -> {
              notice(1);
              follow();
            });
    assertThat(answers).hasSize(1_000).containsOnly(200);
    assertThat(notices()).hasSizeLessThanOrEqualTo(2);
  }

  // As StartAsync_PrimaryHost_Running_SyncsTriggers_AfterTimeout.
  @Test
  void aResyncAsksAgainUntilItsOwnNoticeIsAnswered() {
    webhook("");
    clean("\"resync\":\"1s\"");
    JsonNode set = api.get(target + "/triggers").expect(200).json();
    JsonNode resync = notice(2);
    ack(set, null).expect(200);
    assertThat(state()).as("nothing says that it was asked since").isNotEqualTo("CLEAN");
    assertThat(ack(set, id(resync)).expect(200).json().get("state").textValue()).isEqualTo("CLEAN");
  }

  @Test
  void anotherResyncHoldsAtOnce() {
    webhook("");
    clean("\"resync\":\"7d\"");
    int told = notices().size();
    Instant before = Instant.parse(show().get("dueAt").textValue());
    api.put(target, target("\"resync\":\"1h\"")).expect(200);
    assertThat(Instant.parse(show().get("dueAt").textValue()))
        .isBefore(before)
        .isAfter(Instant.now());
    pg().update("update sequitur.sync_target set resync_ms = 1000 where name = ?", name);
    notice(told + 1);
    follow();
    assertThat(state()).isEqualTo("CLEAN");
  }

  @Test
  void whatIsAskedForIsWhatIsWaitedFor() {
    webhook("");
    register("\"debounce\":\"1s\"");
    JsonNode recorded = api.post(target + "/sync?wait=recorded", "").expect(202).json();
    assertThat(recorded.get("state").textValue()).isEqualTo("DIRTY");
    assertThat(recorded.get("notified").longValue()).isZero();
    JsonNode notified = api.post(target + "/sync?wait=notified", "").expect(202).json();
    assertThat(notified.get("notified")).isEqualTo(recorded.at("/desired/generation"));
    assertThat(notified.get("applied").longValue()).isZero();
    CompletableFuture<Response> applied = api.postLater(target + "/sync?wait=applied", "");
    follow();
    assertThat(applied.join().expect(200).json().get("applied"))
        .isEqualTo(recorded.at("/desired/generation"));
    assertThat(api.post(target + "/sync?wait=forever", "").expect(400).body())
        .contains("recorded, notified or applied");
    assertThat(api.post(target + "x/sync", "").expect(404).body()).contains("did you mean " + name);
  }

  @Test
  void figuresCountTargetsByState() {
    webhook("");
    register("\"debounce\":\"1m\"");
    eventually("the figures")
        .until(() -> {
          String metrics = api.get("/metrics").expect(200).body();
          return metrics.matches("(?s).*sequitur_sync_targets\\{[^}]*state=\"DIRTY\"[^}]*} [1-9].*")
              && metrics.matches(
                  "(?s).*sequitur_sync_unapplied_age_seconds(\\{[^}]*})? [0-9.]*[1-9].*");
        });
  }
}
