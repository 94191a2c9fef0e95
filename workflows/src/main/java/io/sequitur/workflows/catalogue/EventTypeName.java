package io.sequitur.workflows.catalogue;

import java.util.Optional;

/**
 * What event types may be called: as events' {@code type} is, which is wider than the names of the
 * rest of the catalogue ({@code Microsoft.Storage.BlobCreated}).
 */
public final class EventTypeName {
  private static final int MAX_LENGTH = 255;

  private EventTypeName() {}

  /** What is wrong with a name. */
  public static Optional<String> problem(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return Optional.of("An event type has 1 to " + MAX_LENGTH + " characters.");
    }
    if (name.startsWith(EventPattern.OWN)) {
      return Optional.of("Types that begin with `sequitur.` are Sequitur's own.");
    }
    if (name.indexOf('*') >= 0) {
      return Optional.of(
          "This names one type of event, such as com.github.push; `*` is for triggers.");
    }
    boolean blank =
        name.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
    return blank
        ? Optional.of("An event type has no spaces or control characters: com.github.push.")
        : Texts.storableProblem(name);
  }
}
