package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessesTest {
  @TempDir private Path proc = Path.of("");

  @Test
  void cpuOfPostgresIsThePostmastersItsChildrensAndThatOfTheOnesThatEnded() throws IOException {
    process(10, "postgres", 1, "100 50 300 50");
    process(11, "postgres: a (b) c", 10, "200 100 0 0");
    process(12, "postgres", 10, "100 0 0 0");
    process(13, "other", 1, "9999 0 0 0");

    Cpu.Sample sample = new Cpu(new Processes(proc), 13L, 10L, null).sample();

    assertThat(sample.postgres()).isEqualTo(9.0);
    assertThat(sample.server()).isEqualTo(99.99);
    assertThat(sample.temporal()).isNull();
  }

  @Test
  void cpuIsReportedForAThousandEvents() {
    Cpu.Sample before = new Cpu.Sample(1.0, 2.0, null);
    Cpu.Sample after = new Cpu.Sample(3.5, 2.0, 7.0);

    assertThat(after.perThousandSince(before, 500))
        .isEqualTo(new RateResult.CpuSeconds(5.0, 0.0, null));
    assertThat(after.perThousandSince(before, 0).server()).isNull();
  }

  @Test
  void temporalInsideTheServerIsNotCountedTwice() throws IOException {
    process(13, "java", 1, "100 0 0 0");

    assertThat(new Cpu(new Processes(proc), 13L, null, 13L).sample().temporal()).isNull();
  }

  @Test
  void processThatIsGoneIsUnknown() {
    Cpu cpu = new Cpu(new Processes(proc.resolve("none")), 1L, 2L, 3L);

    assertThat(cpu.sample()).isEqualTo(new Cpu.Sample(null, null, null));
  }

  @Test
  void findsTheProcessThatListensOnAPort() throws IOException {
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/tcp"),
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1CA5 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 x
           1: 0100007F:1CA6 0100007F:1CA5 01 00000000:00000000 00:00000000 00000000     0        0 888 1 x
        """);
    process(20, "temporal", 1, "0 0 0 0");
    Files.createDirectories(proc.resolve("20/fd"));
    Files.createSymbolicLink(proc.resolve("20/fd/5"), Path.of("socket:[777]"));

    assertThat(new Processes(proc).listener(7333)).hasValue(20);
    assertThat(new Processes(proc).listener(7334)).isEmpty();
  }

  private void process(int pid, String name, int parent, String times) throws IOException {
    Files.createDirectories(proc.resolve(String.valueOf(pid)));
    Files.writeString(
        proc.resolve(pid + "/stat"),
        "%d (%s) S %d 1 1 0 -1 0 0 0 0 0 %s 20 0 1 0 5\n".formatted(pid, name, parent, times));
  }
}
