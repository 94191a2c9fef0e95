package io.sequitur.api.mode.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.testing.FakeApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoryTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void aServerThatAcknowledgesAndDeliversNothingIsFoundOut() throws Exception {
    try (FakeApi api = acknowledging()) {
      boolean held = new Story(running(api), terminal(), Duration.ofMillis(50)).play();

      assertThat(held).isFalse();
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("✗ G2 nothing lost  80 of 80 deliveries did not arrive")
          .contains("checks did not hold; the story ends at step 3")
          .doesNotContain("killed after");
    }
  }

  private static FakeApi acknowledging() throws IOException {
    FakeApi api = new FakeApi();
    String secret = "{\"signingSecret\":\"whsec_c2VxdWl0dXItZGVtby1zZWNyZXQ=\"}";
    api.on("PUT /v1/key-values/token", 201, "{}");
    api.on("PUT /v1/webhooks/ledger", 201, secret);
    api.on("PUT /v1/webhooks/chat", 201, secret);
    for (int i = 0; i < Samples.load().all().size(); i++) {
      api.on("POST /v1/events", 202, "{\"id\":\"evt_" + i + "\",\"duplicate\":false}");
    }
    return api;
  }

  private static DemoServer running(FakeApi api) {
    return new DemoServer() {
      @Override
      public Running start() {
        return new Running(URI.create(api.url()), "postgresql://nobody@127.0.0.1:1/none");
      }

      @Override
      public void kill() {
        throw new AssertionError("the story should have ended before");
      }
    };
  }

  private Terminal terminal() {
    return new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        InputStream.nullInputStream(),
        Map.of(),
        Path.of("/"),
        false,
        Clock.systemUTC());
  }
}
