package io.sequitur.api.document;

import io.sequitur.workflows.json.Problem;

/**
 * One thing that is wrong with a document, for a program and for a person.
 *
 * @param pointer where, as a JSON pointer; empty for the whole document
 * @param detail what is wrong and what to do, in a sentence without secrets
 * @param line where in the text, from one
 */
public record PlacedProblem(String pointer, String detail, int line, int column)
    implements Comparable<PlacedProblem> {
  static PlacedProblem of(Problem problem, Place place) {
    return new PlacedProblem(problem.pointer(), problem.detail(), place.line(), place.column());
  }

  @Override
  public int compareTo(PlacedProblem other) {
    return new Place(line, column).compareTo(new Place(other.line, other.column));
  }
}
