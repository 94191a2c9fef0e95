package io.sequitur.api.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Items of one or more pages of a list.
 *
 * @param next the cursor of what follows, or a null node
 */
public record Listing(List<JsonNode> items, JsonNode next) {
  /** The most the server gives at once. */
  private static final int LARGEST_PAGE = 200;

  public Listing {
    items = List.copyOf(items);
  }

  /**
   * Reads page after page until there is nothing more or the limit is reached.
   *
   * @param path path and filters of the list; limit and cursor are added
   */
  public static Listing read(ApiClient api, Query path, int limit) {
    List<JsonNode> items = new ArrayList<>();
    JsonNode next = NullNode.getInstance();
    do {
      int wanted = Math.min(LARGEST_PAGE, limit - items.size());
      String cursor = follows(next) ? next.asText() : null;
      JsonNode page = api.get(path.with("limit", wanted).with("cursor", cursor).text()).json();
      page.path("items").forEach(items::add);
      next = page.path("next");
    } while (follows(next) && items.size() < limit);
    return new Listing(items.subList(0, Math.min(limit, items.size())), next);
  }

  /** Whether the server has items beyond these. */
  public boolean more() {
    return follows(next);
  }

  /** The items as one answer of the API. */
  public String json() {
    ObjectNode answer = Json.object();
    answer.putArray("items").addAll(items);
    if (more()) {
      answer.set("next", next);
    }
    return Json.write(answer);
  }

  private static boolean follows(JsonNode next) {
    return next.isTextual() && !next.asText().isEmpty();
  }
}
