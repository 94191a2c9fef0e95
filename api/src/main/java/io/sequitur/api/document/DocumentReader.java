package io.sequitur.api.document;

import io.sequitur.workflows.json.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Decides what a text is, and refuses what no reader should see. */
final class DocumentReader {
  static final int MAX_BYTES = 8 << 20;
  static final int MAX_DEPTH = 64;

  /** What aliases may blow a document up to. */
  static final long MAX_WEIGHT = 64 << 20;

  /** More fields has nothing that can be declared, and each unknown one is told of. */
  static final int MAX_MEMBERS = 1000;

  /** Who made more mistakes than this sent something else. */
  static final int MAX_PROBLEMS = 10_000;

  /** The parser's time for a line grows with the square of its length. */
  static final int MAX_LINE = 256 << 10;

  /** More digits are no setting of anything, and take time to read. */
  static final int MAX_NUMBER = 100;

  private DocumentReader() {}

  static Document read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return unreadable(Place.START, "The document is larger than 8 MiB.");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return unreadable(firstBroken(bytes), "The document is not UTF-8 here.");
    }
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    String begin = withoutMark.stripLeading();
    if (begin.isEmpty()) {
      return unreadable(Place.START, "There is nothing in this document.");
    }
    List<PlacedProblem> problems = new ArrayList<>();
    try {
      Tree root =
          begin.startsWith("{") ? JsonTree.read(bytes) : new YamlTree(withoutMark, problems).read();
      return new Document(root, problems);
    } catch (Unreadable e) {
      problems.add(e.problem());
      return new Document(null, problems);
    }
  }

  /** The rest of the document makes no sense, or is not worth reading. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PlacedProblem problem;

    Unreadable(Place place, String detail) {
      super(detail, null, false, false);
      this.problem = PlacedProblem.of(new Problem("", detail), place);
    }

    PlacedProblem problem() {
      return problem;
    }
  }

  /** Refuses a tree that is too deep, too wide or, written out, too large. */
  static Tree bounded(Tree tree) {
    if (tree.height() > MAX_DEPTH) {
      throw new Unreadable(
          tree.place(), "The document nests deeper than " + MAX_DEPTH + " levels.");
    }
    if (tree instanceof Tree.Members object && object.members().size() > MAX_MEMBERS) {
      throw new Unreadable(tree.place(), "An object has more than " + MAX_MEMBERS + " fields.");
    }
    if (tree.weight() > MAX_WEIGHT) {
      throw new Unreadable(tree.place(), "What the aliases stand for is too large.");
    }
    return tree;
  }

  private static Document unreadable(Place place, String detail) {
    return new Document(null, List.of(PlacedProblem.of(new Problem("", detail), place)));
  }

  private static Place firstBroken(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    var unused = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    int line = 1;
    int column = 1;
    for (char c : out.flip().toString().toCharArray()) {
      column = c == '\n' ? 1 : column + 1;
      line += c == '\n' ? 1 : 0;
    }
    return new Place(line, column);
  }
}
