package io.sequitur.api.platform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a set says of the things that a run changes, each by its name.
 *
 * @param values of triggers their description, of webhooks their URL; what is not there is not in
 *     it
 * @param digests of the webhooks' secrets
 */
record Content(Map<String, String> values, Map<String, String> digests) {
  static final Content NOTHING = new Content(Map.of(), Map.of());

  Content {
    values = Map.copyOf(values);
    digests = Map.copyOf(digests);
  }

  static Content of(Collection<JsonNode> items) {
    Map<String, String> values = new TreeMap<>();
    Map<String, String> digests = new TreeMap<>();
    for (JsonNode item : items) {
      String name = item.path("name").asText();
      if (!name.startsWith("webhook::")) {
        values.put(name, item.path("description").asText(""));
      }
      for (JsonNode webhook : item.path("webhooks")) {
        String fed = "webhook::" + webhook.path("name").asText();
        if (fed.equals(name)) {
          values.put(name, webhook.path("url").asText());
          digests.put(name, webhook.path("secretsVersion").asText());
        }
      }
    }
    return new Content(values, digests);
  }
}
