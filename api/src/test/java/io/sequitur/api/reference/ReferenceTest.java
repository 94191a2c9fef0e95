package io.sequitur.api.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.document.YamlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is committed about the interface is what the code says. {@code make docs} mends it. */
final class ReferenceTest {
  private final Interface code = Interface.read();
  private final Words words = Words.read();

  @Test
  void openApiDocumentIsWhatTheCodeSays() {
    String comment = "# Made from the code by `make docs`; the words are openapi-words.yaml's.\n";
    Generated.whole(
        "api/src/main/resources/openapi.yml",
        comment + YamlWriter.write(OpenApiDocument.of(code, words)));
  }

  @Test
  void problemTypesAreExplained() {
    Generated.part("docs/problems.md", "problem types", ProblemTable.markdown());
  }

  @Test
  void catalogueReferenceIsWhatTheReadersTake() {
    Map<String, JsonNode> schemas = OpenApiDocument.definitions(code, words);
    Generated.part("docs/catalogue.md", "reference", CatalogueReference.markdown(words, schemas));
  }

  @Test
  void tableOfADeliverysStatesIsTheCodes() {
    Generated.part("docs/deliveries.md", "transitions", TransitionTable.ofDeliveries());
  }

  @Test
  void tableOfATargetsStatesIsTheCodes() {
    Generated.part("docs/sync.md", "transitions", TransitionTable.ofSyncTargets());
  }

  @Test
  void everyStatusHasAnExample() {
    List<String> without = new ArrayList<>();
    JsonNode paths = OpenApiDocument.of(code, words).path("paths");
    for (Map.Entry<String, JsonNode> operation : words.operations()) {
      String method = operation.getKey().substring(0, operation.getKey().indexOf(' '));
      String path = operation.getKey().substring(method.length() + 1);
      TreeSet<String> statuses = new TreeSet<>();
      paths
          .path(path)
          .path(method.toLowerCase(Locale.ROOT))
          .path("responses")
          .fieldNames()
          .forEachRemaining(statuses::add);
      if (!operation.getValue().path("open").asBoolean()) {
        // Every operation with a key has these; AccessFilter, ErrorHandlers and their tests.
        statuses.removeAll(List.of("401", "403", "500", "503"));
      }
      operation.getValue().path("unseen").forEach(status -> statuses.remove(status.asText()));
      operation
          .getValue()
          .path("examples")
          .forEach(example -> statuses.remove(example.path("status").asText()));
      statuses.forEach(status -> without.add(operation.getKey() + ": " + status));
    }
    assertThat(without).as("add an example to openapi-words.yaml, or unseen: [status]").isEmpty();
  }
}
