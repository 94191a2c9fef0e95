package io.sequitur.api.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Terminal;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server to ask, and who named it.
 *
 * @param url without a slash at the end
 * @param source for messages: the option, the variable or the file
 */
public record ServerAddress(URI url, String source) {
  private static final Path DEV_FILE = Path.of(".sequitur", "dev.json");

  /**
   * The first of: the option, {@code SEQUITUR_URL}, {@code .sequitur/dev.json} of this directory or
   * one above it.
   *
   * @throws CliException with exit code 69 if none of them names a server
   */
  public static ServerAddress find(@Nullable String option, Terminal terminal) {
    if (option != null) {
      return of(option, "--url");
    }
    String variable = terminal.environment().getOrDefault("SEQUITUR_URL", "");
    if (!variable.isEmpty()) {
      return of(variable, "SEQUITUR_URL");
    }
    for (Path dir = terminal.directory(); dir != null; dir = dir.getParent()) {
      Path file = dir.resolve(DEV_FILE);
      if (Files.isRegularFile(file)) {
        return of(apiOf(file), file.toString());
      }
    }
    throw new CliException(
        "no server is known: there is no --url, no SEQUITUR_URL and no %s in %s or above; start one with 'sequitur dev'"
            .formatted(DEV_FILE, terminal.directory()),
        List.of(),
        CliException.UNAVAILABLE,
        null);
  }

  private static ServerAddress of(String text, String source) {
    String trimmed = text.strip().replaceAll("/+$", "");
    try {
      URI url = new URI(trimmed);
      String scheme = String.valueOf(url.getScheme());
      if ((scheme.equals("http") || scheme.equals("https")) && url.getHost() != null) {
        return new ServerAddress(url, source);
      }
    } catch (URISyntaxException e) {
      throw notAnAddress(text, source, e);
    }
    throw notAnAddress(text, source, null);
  }

  private static CliException notAnAddress(String text, String source, @Nullable Throwable cause) {
    return new CliException(
        "%s: '%s' is no server's address; write it like http://127.0.0.1:8080"
            .formatted(source, text),
        List.of(),
        CliException.FAILURE,
        cause);
  }

  private static String apiOf(Path file) {
    try {
      JsonNode api = Json.parseOrMissing(Files.readString(file)).path("api");
      if (api.isTextual()) {
        return api.asText();
      }
    } catch (IOException e) {
      throw new CliException("cannot read " + file + ": " + e.getMessage(), e);
    }
    throw new CliException(file + " names no \"api\"; start 'sequitur dev' again, or use --url");
  }
}
