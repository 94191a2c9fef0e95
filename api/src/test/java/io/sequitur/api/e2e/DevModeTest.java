package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** {@code dev}: its file, its lock, and who may call it. */
final class DevModeTest extends EndToEnd {
  DevModeTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void devFileIsPrivateAndSaysWhereEverythingIs() throws IOException {
    Path file = sequitur.data().resolve("dev.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(sequitur.devFile().get("api").textValue()).isEqualTo(sequitur.url());
    assertThat(pg().count("select count(*) from sequitur.webhook where name = ?", name)).isZero();
  }

  @Test
  void aSecondOneOnTheSameDataIsRefusedAndLeavesTheFileOfTheFirst() {
    assertThat(sequitur.startSecond())
        .startsWith("1 ")
        .contains("another sequitur dev is running on")
        .doesNotContain("\tat ");
    assertThat(sequitur.devFile().get("api").textValue()).isEqualTo(sequitur.url());
  }

  @Test
  void onlyLocalCallersAreServed() throws IOException {
    assertThat(statusWithHost(sequitur, "evil.example.com")).contains(" 403 ");
    assertThat(statusWithHost(sequitur, "127.0.0.1")).contains(" 200 ");
    assertThat(api.send("GET", "/v1/webhooks", null, "Origin", "https://evil.example.com").status())
        .isEqualTo(403);
    assertThat(api.get("/v1/webhooks").status()).isEqualTo(200);
  }

  // By hand: the JDK's client does not let a program choose its Host.
  private static String statusWithHost(SequiturProcess sequitur, String host) throws IOException {
    URI uri = URI.create(sequitur.url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort());
        BufferedReader answer =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      String request =
          "GET /v1/webhooks HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return String.valueOf(answer.readLine());
    }
  }
}
