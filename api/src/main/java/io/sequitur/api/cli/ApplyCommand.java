package io.sequitur.api.cli;

import io.sequitur.api.cli.catalogue.ChangeList;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.text.CliException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the catalogue stand as a file says. */
@Command(
    name = "apply",
    description = "Changes all that a file says, or, if anything is wrong, nothing.",
    footer = {"", "Example:", "  sequitur apply -f catalogue.yaml --prune"})
@SuppressWarnings("NullAway.Init") // picocli sets the mixins before it calls the command
final class ApplyCommand implements Callable<Integer> {
  @Mixin private UrlClient client;
  @Mixin private CatalogueFlags flags;

  @Option(
      names = "--planned",
      paramLabel = "VERSION",
      description =
          "The catalogue's version that 'plan' printed: if it has another now, nothing is changed.")
  private @Nullable String planned;

  @Override
  public Integer call() {
    Optional<ApiResponse> answer = flags.send(client, "apply", planned);
    if (answer.isEmpty()) {
      return CliException.FAILURE;
    }
    if (client.json()) {
      client.printJson(answer.get().text());
    } else {
      new ChangeList(client.terminal(), answer.get().json()).print();
    }
    return 0;
  }
}
