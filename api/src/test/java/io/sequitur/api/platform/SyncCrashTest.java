package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Scratch;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.StatementPauses;
import io.sequitur.api.testing.StatementPauses.At;
import io.sequitur.api.testing.StatementPauses.Pause;
import io.sequitur.api.testing.TestBed;
import io.sequitur.db.DatabaseAddress;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code kill -9} between any two steps of telling a platform. Short by default; {@code
 * -Dsequitur.sync=full} takes every point.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SyncCrashTest {
  /** The last that is read before a notice leaves. */
  private static final String LEAVES = "select coalesce(keys";

  /** Reads what a pull is answered with, when it is on record that it was. */
  private static final String HANDED_OUT = "from unnest(items)";

  /** An acknowledgement is being taken. */
  private static final String TAKEN = "select round from sync_history";

  private final @Nullable EmbeddedPostgres postgres;
  private final StatementPauses pauses;
  private final SequiturProcess sequitur;
  private int targets;

  @TempDir Path directory = Path.of("");

  SyncCrashTest() {
    TestBed bed = TestBed.fromEnvironment();
    postgres = bed.database() == null ? Scratch.postgres() : null;
    DatabaseAddress server =
        DatabaseAddress.parse(
            postgres == null
                ? Objects.requireNonNull(bed.database())
                : "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/postgres");
    pauses = new StatementPauses(server.host(), server.port());
    DatabaseAddress paused =
        new DatabaseAddress(
            "127.0.0.1",
            pauses.port(),
            server.database(),
            server.user(),
            server.password(),
            server.parameters());
    sequitur =
        SequiturProcess.start(
            new TestBed(bed.temporal(), paused.toUrl(), bed.headStart()),
            Objects.requireNonNullElse(bed.temporal(), "embedded"));
  }

  @AfterAll
  void end() throws IOException {
    sequitur.close();
    pauses.close();
    if (postgres != null) {
      postgres.close();
    }
  }

  /** Where the engine is killed. */
  private enum Point {
    /** A change has its generation, and its notice waits for the debounce. */
    RECORDED(true),
    /** The notice is due, and not on record. */
    LEAVING(false),
    /** It is on the wire, and was taken. */
    ON_THE_WIRE(true),
    /** It is on record that a set was handed out, and it was not. */
    HANDED_OUT(false),
    /** The set was pulled and applied, and not acknowledged. */
    APPLIED(true),
    /** The acknowledgement arrived, and is not on record. */
    ACKNOWLEDGING(false),
    /** It is on record. */
    ACKNOWLEDGED(false);

    private final boolean always;

    Point(boolean always) {
      this.always = always;
    }
  }

  static Stream<Point> points() {
    boolean all = "full".equals(System.getProperty("sequitur.sync"));
    return Stream.of(Point.values()).filter(point -> all || point.always);
  }

  // No test of the host: an end between any two steps.
  @ParameterizedTest
  @MethodSource("points")
  void killedAtAnyPointItTellsTheTruthAndGetsThere(Point point) throws Exception {
    try (Told told = newTarget(point == Point.RECORDED ? "3s" : "20ms")) {
      told.awaitClean();
      reach(point, told);
      told.awaitClean();
      told.judge();
    }
  }

  private void reach(Point point, Told told) throws InterruptedException {
    switch (point) {
      case RECORDED -> {
        told.change("second");
        assertThat(told.state()).isEqualTo("DIRTY");
        restart();
      }
      case LEAVING -> killedAt(LEAVES, told);
      case ON_THE_WIRE -> {
        told.platform().arrivals().close();
        told.acknowledgements().close();
        told.change("second");
        told.platform().arrivals().awaitReached();
        restart();
        told.platform().arrivals().open();
        told.acknowledgements().open();
      }
      case HANDED_OUT -> killedAt(HANDED_OUT, told);
      case APPLIED -> {
        told.acknowledgements().close();
        told.change("second");
        told.acknowledgements().awaitReached();
        restart();
        assertThat(told.state()).isNotEqualTo("CLEAN");
        told.acknowledgements().open();
      }
      case ACKNOWLEDGING -> killedAt(TAKEN, told);
      case ACKNOWLEDGED -> {
        told.change("second");
        told.awaitClean();
        restart();
        assertThat(told.state()).isEqualTo("CLEAN");
      }
    }
  }

  private void killedAt(String statement, Told told) {
    try (Pause pause = pauses.pause(At.BEFORE, statement)) {
      told.change("second");
      pause.awaitReached();
      sequitur.kill();
    }
    sequitur.restart();
  }

  // What may have left may be applied late: that it is the old set again is no reason to be quiet.
  @Test
  void whatMayHaveLeftBeforeTheKillIsFollowedByANotice() throws Exception {
    try (Told told = newTarget("20ms")) {
      told.awaitClean();
      told.acknowledgements().close();
      killedAt(HANDED_OUT, told);
      int before = told.evidence().notices().size();
      told.change("first");
      assertThat(told.state()).isNotEqualTo("CLEAN");
      told.acknowledgements().open();
      told.awaitClean();
      assertThat(told.evidence().notices()).hasSizeGreaterThan(before);
      told.judge();
    }
  }

  private void restart() {
    sequitur.kill();
    sequitur.restart();
  }

  private Told newTarget(String debounce) {
    targets++;
    return new Told(
        sequitur::url,
        "crash-" + targets,
        directory.resolve(targets + ".json"),
        "\"debounce\":\"%s\",\"ackTimeout\":\"5s\"".formatted(debounce));
  }
}
