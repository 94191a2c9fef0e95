package io.sequitur.api.document;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sequitur.api.document.DocumentReader.Unreadable;
import io.sequitur.workflows.json.MalformedJson;
import io.sequitur.workflows.json.StrictJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON. */
final class JsonTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Place failed = Place.START;

  private JsonTree() {}

  static Tree read(byte[] json) {
    JsonTree reader = new JsonTree();
    try {
      return StrictJson.parse(json, DocumentReader.MAX_DEPTH, reader::root);
    } catch (MalformedJson e) {
      throw new Unreadable(reader.failed, e.problem().detail());
    }
  }

  private Tree root(JsonParser parser) throws IOException {
    try {
      parser.nextToken();
      Tree root = tree(parser);
      if (parser.nextToken() != null) {
        throw new Unreadable(
            place(parser.currentTokenLocation()), "Something follows after the JSON value.");
      }
      return root;
    } catch (JsonProcessingException e) {
      // Asked now: a parser that is closed stands at the end.
      failed = place(e.getLocation());
      throw e;
    }
  }

  private static Tree tree(JsonParser parser) throws IOException {
    Place place = place(parser.currentTokenLocation());
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Tree.Member> members = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        Place key = place(parser.currentTokenLocation());
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, new Tree.Member(key, tree(parser)));
      }
      return DocumentReader.bounded(Tree.members(place, members));
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<Tree> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(tree(parser));
      }
      return Tree.items(place, items);
    }
    return Tree.value(place, value(parser, place));
  }

  private static JsonNode value(JsonParser parser, Place place) throws IOException {
    JsonToken token = parser.currentToken();
    if (token != null && token.isNumeric() && parser.getTextLength() > DocumentReader.MAX_NUMBER) {
      throw new Unreadable(place, "This number is too long.");
    }
    return switch (token) {
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> YamlScalar.number(parser.getText(), place);
      case null, default -> NODES.nullNode();
    };
  }

  private static Place place(@Nullable JsonLocation location) {
    return location == null ? Place.START : new Place(location.getLineNr(), location.getColumnNr());
  }
}
