package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.catalogue.CatalogueFile;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.document.PlacedProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code event-type set} can say. */
final class EventTypeFlags {
  @Option(
      names = "--schema-file",
      paramLabel = "FILE",
      description =
          "JSON Schema of the data, draft 2020-12 or 07, as JSON or YAML; - reads it from the input.")
  private @Nullable String schemaFile;

  @Option(
      names = "--on-invalid",
      paramLabel = "WHAT",
      description =
          "What becomes of an event that does not fit: reject (default), quarantine, warn.")
  private @Nullable String onInvalid;

  @Option(names = "--description", paramLabel = "TEXT", description = "What such an event means.")
  private @Nullable String description;

  ObjectNode writeTo(Client client, ObjectNode eventType) {
    if (description != null) {
      eventType.put("description", description);
    }
    if (onInvalid != null) {
      eventType.put("onInvalid", onInvalid);
    }
    if (schemaFile != null) {
      CatalogueFile file = CatalogueFile.read(client.terminal(), schemaFile);
      List<PlacedProblem> problems = file.document().problems();
      if (!problems.isEmpty()) {
        throw new CliException(
            "%s:%d:%d: %s"
                .formatted(
                    file.name(),
                    problems.getFirst().line(),
                    problems.getFirst().column(),
                    problems.getFirst().detail()));
      }
      eventType.set("schema", file.document().json());
    }
    return eventType;
  }
}
