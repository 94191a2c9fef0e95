package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FaultProxy;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TemporalServer;
import io.sequitur.api.testing.TestBed;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Temporal is away while the catalogue changes, and comes back. */
@Tag("slow")
final class SyncTemporalAwayTest {
  @TempDir Path directory;

  @Test
  void nobodyIsCleanWhoWasNotToldAndWhoeverPullsIsAndAllAreToldAfterwards() {
    TestBed bed = TestBed.fromEnvironment();
    try (TemporalServer temporal = TemporalServer.start(bed);
        FaultProxy link = new FaultProxy(temporal.host(), temporal.port())) {
      link.open();
      try (SequiturProcess sequitur = SequiturProcess.start(bed, link.address());
          Told told =
              new Told(
                  sequitur::url,
                  "away",
                  directory.resolve("copy.json"),
                  "\"debounce\":\"20ms\",\"ackTimeout\":\"1s\"")) {
        told.awaitClean();
        link.cut();
        told.change("second");
        int noticed = told.evidence().notices().size();
        // Rows need no Temporal.
        told.platform().restart();
        told.awaitClean();
        assertThat(told.evidence().notices()).hasSize(noticed);
        told.change("third");
        assertThat(told.state()).isEqualTo("DIRTY");
        if (bed.hasRealTemporal()) {
          sequitur.kill();
          sequitur.restart();
          assertThat(told.state()).isEqualTo("DIRTY");
        }
        link.open();
        told.awaitClean();
        assertThat(told.evidence().notices()).hasSizeGreaterThan(noticed);
        told.judge();
      }
    }
  }
}
