package io.sequitur.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * {@code dev} with the fake server, as a program; ends by signal, and says so in the file its first
 * argument names.
 */
final class FakeServerMain {
  private FakeServerMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> options = Arrays.asList(arguments);
    if (options.contains("fail")) {
      System.err.println("no such database");
      System.exit(1);
    }
    Path data = Path.of(options.get(options.indexOf("--data") + 1));
    FakeServer server = FakeServer.start(FakeServer.NONE);
    Path end = Path.of(options.getFirst());
    Files.writeString(end, "started " + String.join(" ", options));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopped(end)));
    Map<String, Object> file =
        Map.of("api", server.url(), "pid", ProcessHandle.current().pid(), "unknown", 1);
    new ObjectMapper().writeValue(data.resolve("dev.json").toFile(), file);
    System.out.println("starting");
    System.out.println("ready " + server.url());
    new CountDownLatch(1).await();
  }

  private static void stopped(Path end) {
    try {
      Files.writeString(end, "stopped");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
