package io.sequitur.workflows.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sequitur.workflows.json.StrictJson;
import java.io.IOException;
import java.math.BigDecimal;

/**
 * The data of an event as a tree to be checked. Decimals are exact, so that 19.99 is a multiple of
 * 0.01, unless they are so long or so large that reckoning with them would take long.
 */
final class DataTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_DIGITS = 64;
  private static final int MAX_SCALE = 400;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(StrictJson.MAX_DEPTH + 1)
                  .maxNumberLength(1 << 20)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
          .build();

  private DataTree() {}

  /**
   * The data; null where there is none.
   *
   * @param body a complete CloudEvent
   * @throws Unreadable if the data is binary or nests too deep
   */
  static JsonNode of(String body) throws Unreadable {
    try (JsonParser parser = JSON.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("data")) {
          return value(parser);
        }
        if (name.equals("data_base64")) {
          throw new Unreadable(
              "The data is binary (`data_base64`), which a schema cannot describe.");
        }
        parser.skipChildren();
      }
      return NODES.nullNode();
    } catch (IOException e) {
      throw new Unreadable(
          "The data cannot be checked: it is nested deeper than "
              + StrictJson.MAX_DEPTH
              + " levels.");
    }
  }

  /** There is nothing that a schema could be asked about. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String sentence) {
      super(sentence, null, false, false);
    }
  }

  private static JsonNode value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> TextNode.valueOf(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
      case VALUE_NULL, NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          NODES.nullNode();
    };
  }

  private static JsonNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      object.set(name, value(parser));
    }
    return object;
  }

  private static JsonNode list(JsonParser parser) throws IOException {
    ArrayNode list = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }

  private static JsonNode number(JsonParser parser) throws IOException {
    String text = parser.getText();
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && text.length() < 19) {
      return NODES.numberNode(Long.parseLong(text));
    }
    if (text.length() <= MAX_DIGITS && exponentIsSmall(text)) {
      BigDecimal exact = new BigDecimal(text);
      if (Math.abs((long) exact.scale()) <= MAX_SCALE && Double.isFinite(exact.doubleValue())) {
        return NODES.numberNode(exact);
      }
    }
    double rounded = Double.parseDouble(text);
    return NODES.numberNode(Math.clamp(rounded, -Double.MAX_VALUE, Double.MAX_VALUE));
  }

  // An exponent of ten digits is no BigDecimal's.
  private static boolean exponentIsSmall(String text) {
    int e = Math.max(text.indexOf('e'), text.indexOf('E'));
    return e < 0 || text.length() - e <= 6;
  }
}
