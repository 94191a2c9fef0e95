package io.sequitur.workflows.catalogue;

import java.time.Duration;
import java.util.List;

/** What a field of a definition may hold, as its reader asks for it. */
public sealed interface FieldShape {
  /**
   * A text.
   *
   * @param max in UTF-16 code units
   */
  record Text(int max) implements FieldShape {}

  /** True or false. */
  record Flag(boolean otherwise) implements FieldShape {}

  /** A whole number, both bounds included. */
  record Whole(int otherwise, int min, int max) implements FieldShape {}

  /** A duration in its text form, both bounds included. */
  record Span(Duration otherwise, Duration min, Duration max) implements FieldShape {}

  /** One of these words. */
  record Choice(String otherwise, List<String> words) implements FieldShape {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /** A list of distinct texts. */
  record Texts(int max) implements FieldShape {}

  /** A list of objects. */
  record Objects(int max, ObjectShape each) implements FieldShape {}

  /** An object. */
  record Nested(ObjectShape object) implements FieldShape {}

  /** Any JSON, as far as its reader's questions tell. */
  record Any() implements FieldShape {}
}
