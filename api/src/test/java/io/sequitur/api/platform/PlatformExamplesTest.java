package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.SharedSequitur;
import io.sequitur.client.FileCopy;
import io.sequitur.client.Follower;
import io.sequitur.client.HttpSyncApi;
import io.sequitur.client.NoticeVerifier;
import io.sequitur.client.SyncPlatform;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The two platforms that docs/sync.md gives away, as they stand there. */
@ExtendWith(SharedSequitur.class)
final class PlatformExamplesTest {
  private static final Path PYTHON =
      Path.of("..", "docs", "sync", "platform.py").toAbsolutePath().normalize();
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir Path directory;

  private final String name = "x" + Long.toHexString(System.nanoTime());
  private final String target = "/v1/sync-targets/" + name;
  private final SequiturProcess sequitur;
  private final Api api;

  PlatformExamplesTest(SequiturProcess sequitur) {
    this.sequitur = sequitur;
    this.api = sequitur.api();
  }

  @AfterEach
  void forget() {
    api.delete(target);
    api.delete("/v1/triggers/" + name);
  }

  /** A running platform. */
  private interface Platform {
    void end() throws Exception;
  }

  /** Starts one on that port. */
  private interface Start {
    Platform on(int port) throws Exception;
  }

  @Test
  void theOneInPythonFollowsAndSurvivesItsEnd() throws Exception {
    requirePython();
    follows(port -> {
      ProcessBuilder builder = new ProcessBuilder("python3", PYTHON.toString());
      builder.directory(directory.toFile());
      builder.environment().put("SEQUITUR", sequitur.url());
      builder.environment().put("TARGET", name);
      builder.environment().put("SECRET", SECRET);
      builder.environment().put("PORT", String.valueOf(port));
      builder.redirectErrorStream(true).redirectOutput(directory.resolve("output.log").toFile());
      Process process = builder.start();
      return () -> {
        process.destroyForcibly();
        int unused = process.waitFor();
      };
    });
  }

  @Test
  void theOneInJavaFollowsAndSurvivesItsEnd() throws Exception {
    follows(port -> {
      SyncPlatform platform =
          SyncPlatform.start(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
              new NoticeVerifier(SECRET, Clock.systemUTC()),
              new Follower(
                  new HttpSyncApi(
                      HttpClient.newHttpClient(), URI.create(sequitur.url()), name, null),
                  new FileCopy(directory.resolve(name + ".json"))));
      return platform::close;
    });
  }

  private void follows(Start start) throws Exception {
    int port = freePort();
    describe("first");
    api.put(
            target,
            "{\"url\":\"http://127.0.0.1:%d/\",\"signingSecret\":\"%s\",\"debounce\":\"20ms\",\"ackTimeout\":\"1s\"}"
                .formatted(port, SECRET))
        .expect(201);
    Platform platform = start.on(port);
    try {
      awaitHeld("first");
      describe("second");
      awaitHeld("second");
      assertThat(unsigned(port)).isEqualTo(401);
    } finally {
      platform.end();
    }
    describe("third");
    assertThat(state()).isNotEqualTo("CLEAN");
    platform = start.on(port);
    try {
      awaitHeld("third");
    } finally {
      platform.end();
    }
  }

  private int unsigned(int port) {
    return new Api("http://127.0.0.1:" + port)
        .post("/", "{}", "webhook-id", "n", "webhook-timestamp", "1", "webhook-signature", "v1,x")
        .status();
  }

  private void describe(String description) {
    int status =
        api.put(
                "/v1/triggers/" + name,
                "{\"description\":\"%s\",\"on\":{},\"actions\":[{\"invalidate\":[\"k\"]}]}"
                    .formatted(description))
            .status();
    assertThat(status).isBetween(200, 201);
  }

  private void awaitHeld(String description) {
    Awaitility.await("it holds the " + description + " set, and said so")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> {
          assertThat(state()).isEqualTo("CLEAN");
          JsonNode held = Api.parse(Files.readString(directory.resolve(name + ".json")));
          assertThat(held.path("hash")).isEqualTo(api.get(target).json().path("appliedHash"));
          assertThat(held.path("items").toString())
              .contains("\"description\":\"%s\"".formatted(description));
        });
  }

  private String state() {
    return api.get(target).expect(200).json().get("state").textValue();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  // A fresh machine may have a JDK, Maven and Git only; .ci/run says that it must be there.
  private static void requirePython() throws InterruptedException {
    try {
      int exit = new ProcessBuilder("python3", "--version").start().waitFor();
      assertThat(exit).isZero();
    } catch (IOException e) {
      if ("required".equals(System.getProperty("sequitur.python"))) {
        fail("python3 is not on the PATH, and this run requires it", e);
      }
      assumeTrue(false, "python3 is not on the PATH: docs/sync/platform.py was not tested");
    }
  }
}
