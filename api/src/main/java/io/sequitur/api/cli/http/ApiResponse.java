package io.sequitur.api.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Json;

/**
 * A successful answer.
 *
 * @param status between 200 and 299
 * @param text the body as it came
 */
public record ApiResponse(int status, String text) {

  /** The body as a tree; missing if it is not JSON. */
  public JsonNode json() {
    return Json.parseOrMissing(text);
  }

  /** Whether the request made something that was not there before. */
  public boolean created() {
    return status == 201;
  }
}
