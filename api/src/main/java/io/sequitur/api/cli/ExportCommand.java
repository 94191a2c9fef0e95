package io.sequitur.api.cli;

import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.document.YamlWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The catalogue as a file. */
@Command(
    name = "export",
    description = "Writes the catalogue as YAML, secrets without their values.",
    footer = {"", "Example:", "  sequitur export > catalogue.yaml"})
@SuppressWarnings("NullAway.Init") // picocli sets the mixin before it calls the command
final class ExportCommand implements Callable<Integer> {
  @Mixin private UrlClient client;

  @Override
  public Integer call() {
    ApiResponse answer = client.api().get("/v1/catalogue");
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      client.terminal().out().print(YamlWriter.write(answer.json()));
    }
    return 0;
  }
}
