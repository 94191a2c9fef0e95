package io.sequitur.api.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.SequiturProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Does what a page says, on a running process: that is the {@code ./sequitur dev} of the page's
 * terminal "server". Ports are those that are free here.
 */
public final class Reader implements AutoCloseable {
  private static final String SERVER = "server";
  private static final String START = "./sequitur dev";

  /** What only looks may be too early. */
  private static final List<String> LOOKS =
      List.of("./sequitur delivery ", "./sequitur event show ", "./sequitur event list");

  private final Page page;
  private final Path directory;
  private final SequiturProcess sequitur;
  private final Shell shell;
  private final Output output = new Output();
  private final Map<String, String> addresses;

  public Reader(String file, Path directory, SequiturProcess sequitur) {
    this.page = Page.read(file);
    this.directory = directory;
    this.sequitur = sequitur;
    this.shell = new Shell(directory);
    String port = Integer.toString(freePort());
    this.addresses =
        Map.of(
            "127.0.0.1:8080",
            sequitur.url().replace("http://", ""),
            "127.0.0.1:9000",
            "127.0.0.1:" + port,
            "--port 9000",
            "--port " + port);
  }

  /**
   * Follows it to its end.
   *
   * @throws AssertionError with everything that was not as shown
   */
  public void followThePage() {
    Map<Integer, String> differences = new TreeMap<>();
    List<Block> wrong = new ArrayList<>();
    List<List<String>> printed = new ArrayList<>();
    List<Block> blocks = page.blocks();
    assertThat(blocks).isNotEmpty();
    for (Block block : blocks) {
      Seen seen = block.terminal().isEmpty() ? typed(block) : aside(block);
      seen.difference.ifPresent(difference -> {
        differences.put(block.line(), difference);
        wrong.add(block);
        printed.add(output.asShown(block.expected(), local(seen.lines)));
      });
    }
    if ("write".equals(System.getProperty("sequitur.docs"))) {
      for (int i = wrong.size() - 1; i >= 0; i--) {
        page.replace(wrong.get(i), printed.get(i));
      }
      page.write();
    } else {
      assertThat(differences).isEmpty();
    }
  }

  /** What was seen, and how it is not what the page shows. */
  private record Seen(List<String> lines, Optional<String> difference) {}

  private Seen typed(Block block) {
    boolean looks = LOOKS.stream().anyMatch(block.script()::startsWith);
    String script = here(output.real(block.script()));
    return looks ? settled(() -> run(block, script)) : run(block, script);
  }

  private Seen run(Block block, String script) {
    Shell.Result result = shell.run(script);
    Optional<String> exit =
        result.exit() == block.exit()
            ? Optional.empty()
            : Optional.of(
                "ended with %d, not %d:\n%s"
                    .formatted(result.exit(), block.exit(), String.join("\n", result.lines())));
    return seen(block, result.lines(), exit);
  }

  private Seen aside(Block block) {
    if (block.terminal().equals(SERVER)) {
      startServer(block);
      return new Seen(List.of(), Optional.empty());
    }
    if (!block.onlyLooks()) {
      shell.runAside(block.terminal(), here(output.real(block.script())));
    }
    return settled(() -> seen(block, shell.printed(block.terminal()), Optional.empty()));
  }

  private Seen seen(Block block, List<String> lines, Optional<String> exit) {
    return new Seen(
        lines,
        exit.or(() ->
            block.expected().isEmpty()
                ? Optional.empty()
                : output.difference(block.expected(), local(lines))));
  }

  private static Seen settled(Supplier<Seen> look) {
    Seen[] last = {look.get()};
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> {
            last[0] = look.get();
            return last[0].difference.isEmpty();
          });
    } catch (ConditionTimeoutException e) {
      // What it was at the end is told with all the rest.
      return last[0];
    }
    return last[0];
  }

  private void startServer(Block block) {
    assertThat(block.commands()).containsExactly(START);
    try {
      Path data = Files.createDirectories(directory.resolve(".sequitur"));
      Files.copy(sequitur.data().resolve("dev.json"), data.resolve("dev.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String here(String text) {
    String here = text;
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      here = here.replace(address.getKey(), address.getValue());
    }
    return here;
  }

  private List<String> local(List<String> lines) {
    String text = String.join("\n", lines);
    for (Map.Entry<String, String> address : addresses.entrySet()) {
      text = text.replace(address.getValue(), address.getKey());
    }
    return text.lines().toList();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shell.close();
  }
}
