package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeApi;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerDiscoveryTest {
  private static final String LIST = "GET /v1/webhooks?limit=50";
  private static final String NOBODY = "http://127.0.0.1:1";

  @TempDir private Path directory;

  private FakeApi api;
  private TestTerminal terminal;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi().on(LIST, 200, "{\"items\":[]}");
    terminal = new TestTerminal().in(directory);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void theOptionWinsOverTheVariable() {
    terminal.with("SEQUITUR_URL", NOBODY);

    assertThat(terminal.run("webhook", "list", "--url", api.url())).isZero();
    assertThat(terminal.out()).isEqualTo("no webhooks\n");
  }

  @Test
  void theOptionMayStandBeforeTheCommand() {
    assertThat(terminal.run("--url", api.url() + "/", "webhook", "list")).isZero();
    assertThat(api.request().line()).isEqualTo(LIST);
  }

  @Test
  void theVariableWinsOverTheFile() throws IOException {
    writeDevFile(directory, NOBODY);

    assertThat(terminal.with("SEQUITUR_URL", api.url()).run("webhook", "list")).isZero();
  }

  @Test
  void theFileOfADirectoryAboveIsFound() throws IOException {
    writeDevFile(directory, api.url());
    Path below = Files.createDirectories(directory.resolve("a/b"));

    assertThat(terminal.in(below).run("webhook", "list")).isZero();
  }

  @Test
  void withoutAnyServerTheExitCodeSaysSo() {
    assertThat(terminal.run("webhook", "list")).isEqualTo(69);
    assertThat(terminal.err().lines()).hasSize(1);
    assertThat(terminal.err())
        .contains("--url", "SEQUITUR_URL", ".sequitur/dev.json", "sequitur dev");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedWithItsSource() {
    assertThat(terminal.with("SEQUITUR_URL", NOBODY).run("webhook", "list")).isEqualTo(69);
    assertThat(terminal.err().lines()).hasSize(1);
    assertThat(terminal.err()).contains(NOBODY, "SEQUITUR_URL", "sequitur dev");
  }

  @Test
  void theKeyIsSentAsABearerToken() {
    terminal.with("SEQUITUR_API_KEY", "sk_1").run("webhook", "list", "--url", api.url());

    assertThat(api.request().authorization()).isEqualTo("Bearer sk_1");
  }

  @Test
  void aMissingKeyIsSaidWithItsVariable() {
    api.on("GET /v1/webhooks/erp", 401, "{\"title\":\"Unauthorized\"}");

    assertThat(terminal.run("webhook", "show", "erp", "--url", api.url())).isEqualTo(1);
    assertThat(terminal.err())
        .isEqualTo(
            "sequitur: Unauthorized\n  set SEQUITUR_API_KEY to a key of " + api.url() + "\n");
  }

  private static void writeDevFile(Path directory, String url) throws IOException {
    Path file = directory.resolve(".sequitur/dev.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"api\":\"" + url + "\",\"pid\":1}");
  }
}
