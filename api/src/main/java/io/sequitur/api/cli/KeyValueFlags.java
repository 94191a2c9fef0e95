package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The kind of a key-value and its value. */
@SuppressWarnings("NullAway.Init") // picocli sets the required group before it calls the command
final class KeyValueFlags {
  @ArgGroup(multiplicity = "1")
  private Kind kind;

  private static final class Kind {
    @Option(
        names = "--secret",
        required = true,
        paramLabel = "VALUE",
        description = "Kept encrypted and never shown; - reads it from the input.")
    private @Nullable String secret;

    @Option(
        names = "--static",
        required = true,
        paramLabel = "VALUE",
        description = "Kept as it is; - reads it from the input.")
    private @Nullable String fixed;

    @Option(
        names = "--environment",
        required = true,
        paramLabel = "VARIABLE",
        description = "Read from the server's environment when sending.")
    private @Nullable String environment;
  }

  ObjectNode writeTo(Client client, ObjectNode keyValue) {
    if (kind.secret != null) {
      return keyValue.put("kind", "secret").put("value", value(client, kind.secret));
    }
    if (kind.fixed != null) {
      return keyValue.put("kind", "static").put("value", value(client, kind.fixed));
    }
    return keyValue.put("kind", "environment").put("value", kind.environment);
  }

  // A value on the command line can be seen by every user of the machine; what comes by the input
  // cannot.
  private static String value(Client client, String given) {
    if (!given.equals("-")) {
      return given;
    }
    try {
      String text = new String(client.terminal().in().readAllBytes(), StandardCharsets.UTF_8);
      return text.replaceFirst("\\R$", "");
    } catch (IOException e) {
      throw new CliException("cannot read the value from the input: " + e.getMessage(), e);
    }
  }
}
