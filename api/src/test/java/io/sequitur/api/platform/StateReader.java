package io.sequitur.api.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import java.io.UncheckedIOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Asks again and again how a target stands, and writes down every answer. */
final class StateReader implements AutoCloseable {
  private static final long PAUSE_MS = 4;

  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Supplier<Api> server;
  private final String path;
  private final Evidence evidence;
  private final Runnable whenClean;
  private final AtomicInteger unanswered = new AtomicInteger();

  /**
   * Begins.
   *
   * @param server the one that is there now
   * @param whenClean runs after each reading of CLEAN
   */
  StateReader(Supplier<Api> server, String target, Evidence evidence, Runnable whenClean) {
    this.server = server;
    this.path = "/v1/sync-targets/" + target;
    this.evidence = evidence;
    this.whenClean = whenClean;
    var unused = clock.scheduleWithFixedDelay(this::readOnce, 0, PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  /** Questions to which there was no answer: the server was away. */
  int unanswered() {
    return unanswered.get();
  }

  private void readOnce() {
    try {
      Reading reading = read();
      evidence.read(reading);
      if (reading.clean()) {
        whenClean.run();
      }
    } catch (UncheckedIOException | AssertionError e) {
      unanswered.incrementAndGet();
    }
  }

  private Reading read() {
    long asked = System.nanoTime();
    Response answer = server.get().get(path).expect(200);
    long answered = System.nanoTime();
    JsonNode json = answer.json();
    return new Reading(
        asked,
        answered,
        json.path("state").asText(),
        json.at("/desired/generation").longValue(),
        json.at("/desired/hash").asText(),
        json.path("applied").longValue(),
        json.path("appliedHash").asText(""));
  }

  @Override
  public void close() {
    clock.shutdown();
    try {
      boolean unused = clock.awaitTermination(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
