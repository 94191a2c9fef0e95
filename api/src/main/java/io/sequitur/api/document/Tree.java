package io.sequitur.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.json.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node of a document that knows where it stands. What YAML aliases name is shared, so {@link
 * #weight} says how large it is when written out.
 */
public sealed interface Tree {
  Place place();

  /** The same without places. Shared: a caller that changes it makes a copy first. */
  JsonNode json();

  /** About as many bytes as it has when nothing is shared. */
  long weight();

  /** 0 for a value, else how deep it nests. */
  int height();

  /** A text, a number, true, false or null. */
  record Value(Place place, JsonNode json, long weight) implements Tree {
    @Override
    public int height() {
      return 0;
    }
  }

  /** A list. */
  record Items(Place place, List<Tree> items, JsonNode json, long weight, int height)
      implements Tree {}

  /** An object, in the order of the text. */
  record Members(Place place, Map<String, Member> members, JsonNode json, long weight, int height)
      implements Tree {}

  /** A member; the place is its name's. */
  record Member(Place place, Tree value) {}

  /** What each node costs besides its text. */
  int NODE_WEIGHT = 16;

  static Value value(Place place, JsonNode json) {
    return new Value(place, json, NODE_WEIGHT + (json.isTextual() ? json.textValue().length() : 0));
  }

  static Items items(Place place, List<Tree> items) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode(items.size());
    long weight = NODE_WEIGHT;
    int height = 0;
    for (Tree item : items) {
      json.add(item.json());
      weight += item.weight();
      height = Math.max(height, item.height());
    }
    return new Items(place, items, json, weight, height + 1);
  }

  static Members members(Place place, Map<String, Member> members) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    long weight = NODE_WEIGHT;
    int height = 0;
    for (Map.Entry<String, Member> entry : members.entrySet()) {
      Tree value = entry.getValue().value();
      json.set(entry.getKey(), value.json());
      weight += entry.getKey().length() + value.weight();
      height = Math.max(height, value.height());
    }
    return new Members(place, members, json, weight, height + 1);
  }

  /**
   * Where the pointer leads: the name of a member, the beginning of an item. Where there is no such
   * thing, as with a field that is missing, the innermost that is there.
   */
  default Place at(String pointer) {
    Place place = place();
    Tree tree = this;
    for (String token : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
      switch (tree) {
        case Members object -> {
          Member member = member(object, token);
          if (member == null) {
            return place;
          }
          place = member.place();
          tree = member.value();
        }
        case Items list -> {
          int index = token.matches("\\d{1,9}") ? Integer.parseInt(token) : Integer.MAX_VALUE;
          if (index >= list.items().size()) {
            return place;
          }
          tree = list.items().get(index);
          place = tree.place();
        }
        case Value value -> {
          return place;
        }
      }
    }
    return place;
  }

  // Pointers of problems have their tokens escaped and long ones shortened.
  private static @Nullable Member member(Members object, String token) {
    Member exact = object.members().get(token);
    if (exact != null) {
      return exact;
    }
    for (Map.Entry<String, Member> entry : object.members().entrySet()) {
      if (Problem.child("", entry.getKey()).equals("/" + token)) {
        return entry.getValue();
      }
    }
    return null;
  }
}
