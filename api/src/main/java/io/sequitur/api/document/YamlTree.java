package io.sequitur.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sequitur.api.document.DocumentReader.Unreadable;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML from the parser's events: the library's own objects would forget the places, make
 * {@code on} a boolean, and let tags choose classes.
 */
final class YamlTree {
  private final Parser parser;
  private final List<PlacedProblem> problems;
  private final String text;
  private final Map<String, Tree> anchors = new HashMap<>();

  YamlTree(String text, List<PlacedProblem> problems) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(DocumentReader.MAX_BYTES);
    options.setNestingDepthLimit(DocumentReader.MAX_DEPTH);
    this.text = text;
    this.parser = new ParserImpl(new StreamReader(text), options);
    this.problems = problems;
  }

  /** The one document of the text. */
  Tree read() {
    requireReadable();
    try {
      parser.getEvent();
      if (parser.checkEvent(Event.ID.StreamEnd)) {
        throw new Unreadable(Place.START, "There is nothing in this document.");
      }
      parser.getEvent();
      Tree root = node("", 0);
      parser.getEvent();
      if (!parser.checkEvent(Event.ID.StreamEnd)) {
        throw new Unreadable(
            place(parser.peekEvent()), "A second document begins; one is read at a time.");
      }
      return root;
    } catch (Unreadable e) {
      throw e;
    } catch (MarkedYAMLException e) {
      throw new Unreadable(place(e.getProblemMark()), sentence(e.getProblem()));
    } catch (RuntimeException e) {
      // The library checks some escapes and directives only by failing at them.
      throw new Unreadable(Place.START, "This cannot be read as YAML.");
    }
  }

  private Tree node(String pointer, int depth) {
    Event event = parser.getEvent();
    Place place = place(event);
    if (depth > DocumentReader.MAX_DEPTH) {
      throw new Unreadable(
          place, "The document nests deeper than " + DocumentReader.MAX_DEPTH + " levels.");
    }
    if (event instanceof AliasEvent alias) {
      return alias(alias, place);
    }
    refuseTag(event, pointer, place);
    Tree tree =
        switch (event) {
          case MappingStartEvent unused -> members(pointer, place, depth);
          case SequenceStartEvent unused -> items(pointer, place, depth);
          case ScalarEvent scalar -> Tree.value(place, value(scalar, pointer, place));
          default -> throw new Unreadable(place, "This cannot be read as YAML.");
        };
    if (event instanceof NodeEvent node && node.getAnchor() != null) {
      anchors.put(node.getAnchor(), tree);
    }
    return DocumentReader.bounded(tree);
  }

  // An anchor counts when its node is complete, so no node can stand in itself.
  private Tree alias(AliasEvent alias, Place place) {
    Tree meant = anchors.get(alias.getAnchor());
    if (meant == null) {
      throw new Unreadable(
          place,
          "There is no anchor &" + Problem.shorten(alias.getAnchor(), 64) + " before this alias.");
    }
    return meant;
  }

  private Tree members(String pointer, Place place, int depth) {
    Map<String, Tree.Member> members = new LinkedHashMap<>();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Place at = place(parser.peekEvent());
      String name = name(pointer, at);
      String child = Problem.child(pointer, name);
      Tree value = node(child, depth + 1);
      Tree.Member before = members.putIfAbsent(name, new Tree.Member(at, value));
      if (before != null) {
        problem(
            child,
            at,
            "`%s` stands twice; first in line %d."
                .formatted(Problem.shorten(name, 64), before.place().line()));
      }
    }
    parser.getEvent();
    return Tree.members(place, members);
  }

  private String name(String pointer, Place at) {
    Event event = parser.getEvent();
    if (!(event instanceof ScalarEvent scalar)) {
      throw new Unreadable(at, "A field's name must be a plain text.");
    }
    refuseTag(scalar, pointer, at);
    return clean(scalar.getValue(), pointer, at);
  }

  private Tree items(String pointer, Place place, int depth) {
    List<Tree> items = new ArrayList<>();
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      items.add(node(Problem.child(pointer, items.size()), depth + 1));
    }
    parser.getEvent();
    return Tree.items(place, items);
  }

  private JsonNode value(ScalarEvent scalar, String pointer, Place place) {
    String clean = clean(scalar.getValue(), pointer, place);
    return scalar.getScalarStyle() == ScalarStyle.PLAIN
        ? YamlScalar.plain(clean, place)
        : JsonNodeFactory.instance.textNode(clean);
  }

  // Escapes can spell what no database and no JSON takes.
  private String clean(String scalar, String pointer, Place place) {
    if (scalar.codePoints().noneMatch(YamlTree::unspeakable)) {
      return scalar;
    }
    problem(pointer, place, "Has a NUL or half of a surrogate pair, which is not allowed.");
    return "?";
  }

  private static boolean unspeakable(int point) {
    return point == 0 || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }

  private void refuseTag(Event event, String pointer, Place place) {
    String tag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag();
          case CollectionStartEvent collection -> collection.getTag();
          default -> null;
        };
    if (tag != null) {
      problem(pointer, place, "Type tags (`!…`) are not allowed.");
    }
  }

  private void requireReadable() {
    int line = 1;
    int column = 1;
    for (int point : text.codePoints().toArray()) {
      if (!StreamReader.isPrintable(point)) {
        throw new Unreadable(
            new Place(line, column),
            "Has the character U+%04X, which YAML does not allow.".formatted(point));
      }
      column = point == '\n' ? 1 : column + 1;
      line += point == '\n' ? 1 : 0;
      if (column > DocumentReader.MAX_LINE) {
        throw new Unreadable(
            new Place(line, 1),
            "This line has more than %d characters; break it.".formatted(DocumentReader.MAX_LINE));
      }
    }
  }

  private void problem(String pointer, Place place, String detail) {
    if (problems.size() >= DocumentReader.MAX_PROBLEMS) {
      throw new Unreadable(place, "There are too many problems to go on.");
    }
    problems.add(PlacedProblem.of(new Problem(pointer, detail), place));
  }

  private static Place place(Event event) {
    return place(event.getStartMark());
  }

  private static Place place(@Nullable Mark mark) {
    return mark == null ? Place.START : new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static String sentence(@Nullable String problem) {
    return problem == null
        ? "This cannot be read as YAML."
        : "Not valid YAML: " + problem.strip().replaceAll("\\s*\\R\\s*", " ") + ".";
  }
}
