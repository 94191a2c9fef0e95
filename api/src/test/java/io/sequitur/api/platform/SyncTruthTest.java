package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.SharedSequitur;
import io.sequitur.client.HttpSyncApi;
import io.sequitur.client.SyncApi;
import io.sequitur.client.TriggerSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything changes by API, SQL and rotation, while platforms and their networks do everything
 * that they can do wrong. Short by default; {@code -Dsequitur.sync=full} makes 5 000 changes.
 */
@ExtendWith(SharedSequitur.class)
final class SyncTruthTest {
  private static final Logger log = LoggerFactory.getLogger(SyncTruthTest.class);
  private static final Form FORM =
      "full".equals(System.getProperty("sequitur.sync")) ? Form.FULL : Form.SHORT;
  private static final long SEED = Long.getLong("sequitur.seed", System.nanoTime());
  private static final int WRITERS = 3;
  private static final Duration REPAIR = Duration.ofSeconds(30);
  private static final Duration AFTERWARDS = Duration.ofMinutes(2);

  private enum Form {
    SHORT(150, 5),
    FULL(5_000, 300);

    private final int changes;
    private final int clean;

    Form(int changes, int clean) {
      this.changes = changes;
      this.clean = clean;
    }

    private List<String> modes() {
      return this == FULL ? List.of("notify", "push", "both") : List.of("notify", "both");
    }
  }

  @TempDir Path directory;

  private final String run = "p" + Long.toHexString(System.nanoTime());
  private final ChangeLog changes = new ChangeLog();
  private final Semaphore turns = new Semaphore(0);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SequiturProcess sequitur;
  private final Api api;

  SyncTruthTest(SequiturProcess sequitur) {
    this.sequitur = sequitur;
    this.api = sequitur.api();
  }

  // No test of the host: acknowledgements that are lost, late, doubled and out of order.
  @Test
  void cleanIsTrueWhateverHappensAndInTheEndEverybodyHoldsWhatWeHave() throws Exception {
    log.info("seed {}", SEED);
    long begin = System.nanoTime();
    List<Side> sides = new ArrayList<>();
    List<CatalogueWriter> writers = new ArrayList<>();
    try {
      for (int i = 0; i < WRITERS; i++) {
        writers.add(
            new CatalogueWriter(
                () -> api, sequitur::pg, changes, new Random(SEED + i), run + "-w" + i));
      }
      writers.forEach(CatalogueWriter::begin);
      for (String mode : FORM.modes()) {
        sides.add(new Side(mode, new Weather(SEED + 100 + sides.size())));
      }
      change(writers);
      sides.forEach(side -> side.weather.calm());
      for (Side side : sides) {
        side.awaitEqual();
      }
    } finally {
      sides.forEach(Side::close);
      writers.forEach(CatalogueWriter::end);
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    for (Side side : sides) {
      side.judge(seconds);
    }
  }

  private void change(List<CatalogueWriter> writers) throws Exception {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < writers.size(); i++) {
        CatalogueWriter writer = writers.get(i);
        Random random = new Random(SEED + 50 + i);
        all.add(
            threads.submit(() -> {
              while (changes.count() < FORM.changes) {
                writer.change();
                awaitTurn(random);
              }
              return null;
            }));
      }
      for (Future<?> one : all) {
        one.get(30, TimeUnit.MINUTES);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  // Sometimes at once, and sometimes after somebody was CLEAN, so that there is something to judge.
  private void awaitTurn(Random random) throws InterruptedException {
    if (random.nextBoolean()) {
      int unusedPermits = turns.drainPermits();
      boolean unused = turns.tryAcquire(random.nextInt(400), TimeUnit.MILLISECONDS);
    }
  }

  /** A target, its platform, and what is seen of both. */
  private final class Side implements AutoCloseable {
    private final String mode;
    private final String name;
    private final Weather weather;
    private final Evidence evidence = new Evidence();
    private final SyncApi direct;
    private final FakePlatform platform;
    private final StateReader reader;

    Side(String mode, Weather weather) {
      this.mode = mode;
      this.name = run + "-" + mode;
      this.weather = weather;
      this.direct = new HttpSyncApi(http, URI.create(sequitur.url()), name, null);
      this.platform =
          new FakePlatform(direct, directory.resolve(mode + ".json"), weather, evidence);
      JsonNode made =
          api.put(
                  "/v1/sync-targets/" + name,
                  "{\"url\":\"%s\",\"mode\":\"%s\",\"debounce\":\"20ms\",\"ackTimeout\":\"200ms\",\"resync\":\"2s\"}"
                      .formatted(platform.url(), mode))
              .expect(201)
              .json();
      platform.secret(made.get("signingSecret").textValue());
      this.reader = new StateReader(() -> api, name, evidence, turns::release);
    }

    void awaitEqual() {
      Awaitility.await(mode + " is clean, and holds what we have")
          .atMost(AFTERWARDS)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(() -> {
            JsonNode shown = api.get("/v1/sync-targets/" + name).expect(200).json();
            assertThat(shown.get("state").textValue())
                .as(() -> shown + api.get("/v1/sync-targets/" + name + "/history").body())
                .isEqualTo("CLEAN");
            assertEqual(shown);
          });
    }

    private void assertEqual(JsonNode shown) throws IOException, InterruptedException {
      TriggerSet theirs = platform.disk().held();
      assertThat(direct.pull(null))
          .isInstanceOfSatisfying(
              SyncApi.Pulled.Full.class,
              ours -> {
                assertThat(theirs.hash()).isEqualTo(ours.set().hash());
                assertThat(theirs.items()).isEqualTo(ours.set().items());
                assertThat(shown.get("appliedHash").textValue()).isEqualTo(theirs.hash());
              });
    }

    void judge(long seconds) {
      Verdict verdict = new SyncJudge(changes.history(evidence), evidence, REPAIR).judge();
      log.info(
          "{}: {} changes, {} notices, {} pulls, {} acks ({} lies), {} times applied or lost; {} readings, {} CLEAN"
              + " ({} inconclusive, {} excused), {} unanswered, {} violations, {} s; {}",
          mode,
          changes.count(),
          evidence.notices().size(),
          platform.traffic().pulls(),
          platform.traffic().acks(),
          platform.traffic().lies(),
          evidence.held().size() - 1,
          evidence.readings().size(),
          verdict.clean(),
          verdict.inconclusive(),
          verdict.excused(),
          reader.unanswered(),
          verdict.violations().size(),
          seconds,
          weather);
      assertThat(verdict.violations()).as("%s, seed %d", mode, SEED).isEmpty();
      assertThat(reader.unanswered()).isZero();
      assertThat(verdict.clean() - verdict.excused()).isGreaterThan(FORM.clean);
      assertThat(verdict.inconclusive()).isLessThan(verdict.clean() / 20 + 2);
    }

    @Override
    public void close() {
      reader.close();
      api.delete("/v1/sync-targets/" + name);
      platform.close();
    }
  }
}
