package io.sequitur.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The full set of triggers at one generation.
 *
 * @param generation 0: nothing yet
 * @param hash as the server gave it; it is sent back, and need not be understood
 * @param items the triggers by name, each with its actions and the webhooks that it feeds
 */
public record TriggerSet(long generation, String hash, List<JsonNode> items) {
  /** Before the first pull, or after all data was lost. */
  public static final TriggerSet NONE = new TriggerSet(0, "", List.of());

  public TriggerSet {
    items = List.copyOf(items);
  }
}
