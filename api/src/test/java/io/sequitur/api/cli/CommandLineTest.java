package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeApi;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final TestTerminal terminal = new TestTerminal();

  static Stream<String> everyCommand() {
    return Stream.of(
        "",
        "webhook",
        "webhook list",
        "webhook show",
        "webhook set",
        "webhook delete",
        "key-value list",
        "key-value show",
        "key-value set",
        "key-value delete",
        "trigger list",
        "trigger show",
        "trigger set",
        "trigger delete",
        "trigger test",
        "sync-target list",
        "sync-target show",
        "sync-target set",
        "sync-target delete",
        "sync-target rotate-secret",
        "sync request",
        "sync status",
        "sync confirm",
        "event send",
        "event show",
        "event list",
        "delivery list",
        "delivery show",
        "delivery retry",
        "delivery cancel",
        "delivery skip",
        "replay start",
        "replay list",
        "replay show",
        "replay pause",
        "replay resume",
        "replay cancel",
        "webhook enable",
        "webhook rotate-secret",
        "webhook test",
        "listen",
        "completion");
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void everyCommandHasHelpWithAnExample(String command) {
    int exit = terminal.run((command + " --help").strip().split(" "));

    assertThat(exit).isZero();
    assertThat(terminal.out()).startsWith("Usage: sequitur").contains("Example:");
    assertThat(terminal.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frobnicate",
        "webhook frobnicate",
        "webhook list --frobnicate",
        "webhook",
        "event send"
      })
  void whatCannotBeUnderstoodIsAnsweredWithTheUsage(String command) {
    int exit = terminal.with("SEQUITUR_URL", "http://127.0.0.1:1").run(command.split(" "));

    assertThat(exit).isEqualTo(2);
    assertThat(terminal.err()).startsWith("sequitur: ").contains("Usage: sequitur");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void anUnknownCommandIsNamedWithItsNearest() {
    terminal.run("webhok", "list");

    assertThat(terminal.err())
        .startsWith("sequitur: there is no command 'webhok'; did you mean webhook");
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(terminal.run("--version")).isZero();
    assertThat(terminal.out()).startsWith("sequitur ");
  }

  @Test
  void anErrorIsOneLineUnlessDebuggingIsAskedFor() {
    TestTerminal debugging = new TestTerminal();

    assertThat(terminal.run("webhook", "list", "--url", "nonsense")).isEqualTo(1);
    assertThat(debugging.run("webhook", "--debug", "list", "--url", "nonsense")).isEqualTo(1);

    assertThat(terminal.err())
        .isEqualTo(
            "sequitur: --url: 'nonsense' is no server's address; write it like http://127.0.0.1:8080\n");
    assertThat(debugging.err()).contains("CliException", "\tat io.sequitur");
  }

  @Test
  void aProblemIsPrintedWithALineForEachError() throws IOException {
    try (FakeApi api = new FakeApi()) {
      api.on(
          "GET /v1/webhooks?limit=50",
          422,
          """
          {"title":"Invalid","detail":"two fields are wrong","status":422,
           "errors":[{"pointer":"/url","detail":"must be https"},{"pointer":"/retry","detail":"'5x' is no duration"}]}
          """);

      int exit = terminal.run("webhook", "list", "--url", api.url());

      assertThat(exit).isEqualTo(1);
      assertThat(terminal.err())
          .isEqualTo(
              """
              sequitur: Invalid: two fields are wrong
                /url: must be https
                /retry: '5x' is no duration
              """);
    }
  }

  @Test
  void anAnswerThatIsNoProblemIsShownAsItIs() throws IOException {
    try (FakeApi api = new FakeApi()) {
      api.on("GET /v1/webhooks?limit=50", 502, "<html>\nBad gateway</html>");

      int exit = terminal.run("webhook", "list", "--url", api.url());

      assertThat(exit).isEqualTo(1);
      assertThat(terminal.err())
          .isEqualTo("sequitur: %s answered 502: <html> Bad gateway</html>%n".formatted(api.url()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"completion", "completion bash", "completion zsh"})
  void theCompletionScriptKnowsEveryCommand(String command) {
    assertThat(terminal.run(command.split(" "))).isZero();
    assertThat(terminal.out()).contains("complete -F").contains("bashcompinit");
    everyCommand()
        .filter(name -> !name.isEmpty())
        .forEach(name ->
            assertThat(terminal.out())
                .contains("_picocli_sequitur_" + name.replace(' ', '_').replace("-", "")));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheOneThatWasMeant() throws IOException {
    try (FakeApi api = new FakeApi()) {
      String problem =
          "{\"title\":\"There is nothing here\",\"detail\":\"There is no key-value erp-tokn; did you mean erp-token?\"}";
      api.on("GET /v1/key-values/erp-tokn", 404, problem);
      int exit = terminal.with("SEQUITUR_URL", api.url()).run("key-value", "show", "erp-tokn");

      assertThat(exit).isEqualTo(1);
      assertThat(terminal.err().strip())
          .isEqualTo("sequitur: no key-value \"erp-tokn\"; did you mean erp-token?");
    }
  }
}
