package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is kept in memory is found there, and a change makes only what it concerns load again. */
final class HitRateTest extends EndToEnd {
  private static final int WEBHOOKS = 20;
  private static final int AFFECTED = 3;
  private static final int EVENTS = 50;

  HitRateTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void underSteadyLoadNearlyNothingIsLoadedAndAfterAChangeOnlyWhatItConcerns() {
    api.put("/v1/key-values/" + name, "{\"kind\":\"static\",\"value\":\"one\"}").expect(201);
    for (int i = 0; i < WEBHOOKS; i++) {
      String header = "\"headers\":[{\"name\":\"x-v\",\"keyValue\":\"" + name + "\"}]";
      api.webhook(name + "." + i, definition(i < AFFECTED ? header : ""));
    }
    publish("warm-up", "");
    awaitAll(1);

    Looks warm = looks("webhook");
    Looks warmRules = looks("rules");
    for (int i = 1; i <= EVENTS; i++) {
      publish("steady-" + i, "");
    }
    awaitAll(1 + EVENTS);
    Looks steady = looks("webhook").since(warm);
    Looks steadyRules = looks("rules").since(warmRules);
    System.out.println("steady load: webhooks " + steady + ", rules " + steadyRules);
    assertThat(steady.hits()).isGreaterThanOrEqualTo(EVENTS * WEBHOOKS);
    assertThat(steady.rate()).isGreaterThanOrEqualTo(0.99);
    assertThat(steadyRules.rate()).isGreaterThanOrEqualTo(0.99);

    Looks before = looks("webhook");
    api.put("/v1/key-values/" + name, "{\"kind\":\"static\",\"value\":\"two\"}").expect(200);
    publish("changed", "");
    awaitAll(EVENTS + 2);
    assertThat(looks("webhook").since(before).misses()).isEqualTo(AFFECTED);
    assertThat(received().stream().filter(request -> request.header("x-v").equals("two")))
        .hasSize(AFFECTED);
  }

  private void awaitAll(int events) {
    int unused = awaitReceived(events * WEBHOOKS).size();
  }

  /** How often something was asked for in memory. */
  private record Looks(long hits, long misses) {
    Looks since(Looks before) {
      return new Looks(hits - before.hits, misses - before.misses);
    }

    double rate() {
      return (double) hits / (hits + misses);
    }
  }

  private Looks looks(String cache) {
    String metrics = api.get("/metrics").expect(200).body();
    return new Looks(value(metrics, cache, "hit"), value(metrics, cache, "miss"));
  }

  private static long value(String metrics, String cache, String result) {
    String series =
        "sequitur_cache_gets_total{cache=\"%s\",result=\"%s\"}".formatted(cache, result);
    return Arrays.stream(metrics.split("\n"))
        .filter(line -> line.startsWith(series))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .sum();
  }
}
