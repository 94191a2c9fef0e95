package io.sequitur.api.cli;

import io.sequitur.api.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For the commands that have no {@code --url} of another meaning: there it is the server's. */
final class UrlClient extends Client {
  static final String URL = "--url";

  @Option(names = URL, paramLabel = "URL", description = "The same as --server.")
  private @Nullable String url;

  UrlClient(Terminal terminal) {
    super(terminal);
  }

  @Override
  @Nullable String urlOfThisCommand() {
    return url == null ? super.urlOfThisCommand() : url;
  }
}
