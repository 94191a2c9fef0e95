package io.sequitur.api.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The whole story, against a server in a process of its own that is killed and started again. */
@Execution(ExecutionMode.CONCURRENT)
class DemoCommandTest {
  @Test
  void everythingHoldsAndNothingStaysBehind() throws IOException {
    List<Path> before = demoDirectories();
    TestTerminal terminal = new TestTerminal();

    int exit = terminal.run("demo");

    assertThat(exit).as(terminal.out() + terminal.err()).isZero();
    assertThat(terminal.out())
        .contains("40 of 40 at each webhook")
        .contains("10 of 10 requests carried the value of a moment ago")
        .contains("attempt 3 of the first of 4 gets a 500")
        .contains("all 120 deliveries arrived")
        .contains("honest: CLEAN at generation", "although it answered 204 to")
        .contains("✓ all 15 checks held")
        .doesNotContain("✗");
    assertThat(demoDirectories()).isEqualTo(before);
  }

  private static List<Path> demoDirectories() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (Stream<Path> entries = Files.list(temporary)) {
      return entries
          .filter(path -> path.getFileName().toString().startsWith("sequitur-demo-"))
          .sorted()
          .toList();
    }
  }
}
