package io.sequitur.api.cli;

import io.sequitur.api.cli.catalogue.CatalogueFile;
import io.sequitur.api.cli.catalogue.CatalogueRequest;
import io.sequitur.api.cli.http.ApiResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which file, and whether it is all there is to be. */
@SuppressWarnings("NullAway.Init") // picocli sets the file before it calls the command
final class CatalogueFlags {
  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The catalogue, YAML or JSON; - is the input.")
  private String file;

  @Option(
      names = "--prune",
      description = "Deletes everything of the catalogue that the file does not name.")
  private boolean prune;

  /** Empty when the file is wrong, which has been printed then. */
  Optional<ApiResponse> send(Client client, String verb, @Nullable String planned) {
    CatalogueFile read = CatalogueFile.read(client.terminal(), file);
    return new CatalogueRequest(client.terminal(), client::api, read).send(verb, prune, planned);
  }
}
