package io.sequitur.workflows.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sequitur.workflows.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads one event in CloudEvents' JSON format in a single pass, cutting the data out as it stands.
 */
final class JsonEvent {
  private final byte[] json;
  private final JsonParser parser;
  private final EventBuilder builder;

  /**
   * @param parser stands on the event's opening brace; its byte offsets are indexes into {@code
   *     json}
   */
  JsonEvent(byte[] json, JsonParser parser, EventBuilder builder) {
    this.json = json;
    this.parser = parser;
    this.builder = builder;
  }

  /** Hands every member to the builder; leaves the parser on the event's closing brace. */
  void read() throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (name) {
        case "data" -> builder.data(name, slice());
        case "data_base64" -> base64(token);
        default -> attribute(name, token);
      }
    }
  }

  private void base64(JsonToken token) throws IOException {
    if (token != JsonToken.VALUE_STRING || !Base64Text.isBase64(parser.getText())) {
      parser.skipChildren();
      builder.refuse("data_base64", "`data_base64` must be a string in Base64 (RFC 4648, 4).");
    } else {
      builder.data("data_base64", '"' + parser.getText() + '"');
    }
  }

  private void attribute(String name, JsonToken token) throws IOException {
    switch (token) {
      case VALUE_STRING -> builder.attribute(name, parser.getText());
      // JSON format, 2.2: null is the same as absent.
      case VALUE_NULL -> {}
      case VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          builder.literal(name, parser.getText(), StrictJson.nameOf(token));
      default -> {
        parser.skipChildren();
        builder.refuse(
            name,
            "An attribute must be a string, a number or a boolean; "
                + "objects and lists belong into `data`.");
      }
    }
  }

  private String slice() throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(json, start, end - start, StandardCharsets.UTF_8);
  }
}
