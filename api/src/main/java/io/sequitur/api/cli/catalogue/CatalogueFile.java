package io.sequitur.api.cli.catalogue;

import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.document.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that the user named.
 *
 * @param name as errors call it
 */
public record CatalogueFile(String name, Document document) {
  /** Reads the file, or the input if it is {@code -}. */
  public static CatalogueFile read(Terminal terminal, String name) {
    try {
      if (name.equals("-")) {
        return new CatalogueFile("<stdin>", Document.read(terminal.in().readAllBytes()));
      }
      Path path = terminal.directory().resolve(name);
      if (!Files.exists(path)) {
        throw new CliException("there is no file " + path);
      }
      return new CatalogueFile(name, Document.read(Files.readAllBytes(path)));
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
