package io.sequitur.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a text.
 *
 * @param root null when the text cannot be read at all; then there is a problem
 * @param problems what is wrong with the text as YAML or JSON, whatever it says
 */
public record Document(@Nullable Tree root, List<PlacedProblem> problems) {
  /** Whatever is sent, the answer stays small. */
  private static final int MOST_PROBLEMS = 1000;

  public Document {
    problems = List.copyOf(problems);
  }

  /**
   * Reads a text, which is JSON if it begins with a brace and YAML otherwise. Hostile texts give
   * problems, never an exception.
   */
  public static Document read(byte[] text) {
    return DocumentReader.read(text);
  }

  /** The document without places; missing when it cannot be read. */
  public JsonNode json() {
    return root == null ? MissingNode.getInstance() : root.json();
  }

  /** The place of a problem that was found in {@link #json}. */
  public PlacedProblem place(Problem problem) {
    return PlacedProblem.of(problem, root == null ? Place.START : root.at(problem.pointer()));
  }

  /** The problems of the text and those found in what it says, in the order of the text. */
  public List<PlacedProblem> allProblems(Collection<Problem> found) {
    List<PlacedProblem> all = new ArrayList<>(problems);
    found.forEach(problem -> all.add(place(problem)));
    all.sort(null);
    if (all.size() <= MOST_PROBLEMS) {
      return all;
    }
    List<PlacedProblem> first = new ArrayList<>(all.subList(0, MOST_PROBLEMS));
    PlacedProblem next = all.get(MOST_PROBLEMS);
    String rest = "There are more problems from here on: mend these first.";
    first.add(new PlacedProblem("", rest, next.line(), next.column()));
    return first;
  }
}
