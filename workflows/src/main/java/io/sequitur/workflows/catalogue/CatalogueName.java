package io.sequitur.workflows.catalogue;

import java.util.Optional;
import java.util.regex.Pattern;

/** What things of the catalogue may be called. */
public final class CatalogueName {
  /** What the names of triggers begin with that belong to webhooks. */
  public static final String WEBHOOK_TRIGGER = "webhook::";

  /** What the names of the engine's own triggers begin with. */
  public static final String BUILT_IN_TRIGGER = "sequitur::";

  /** The form of a name, as a regular expression. */
  public static final String FORM = "[a-z0-9][a-z0-9._-]{0,62}";

  static final int MAX_LENGTH = 63;

  private static final Pattern NAME = Pattern.compile(FORM);

  private CatalogueName() {}

  /** What is wrong with a name. */
  public static Optional<String> problem(String name) {
    if (NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    if (name.startsWith(WEBHOOK_TRIGGER)) {
      return Optional.of(
          "Triggers `webhook::…` are made from a webhook's `events`; change the webhook instead.");
    }
    if (name.startsWith(BUILT_IN_TRIGGER)) {
      return Optional.of(
          "Triggers `sequitur::…` are built in; choose another name for one of your own.");
    }
    return Optional.of(
        "A name has 1 to 63 characters of a-z, 0-9, `.`, `_` and `-`, and begins with a letter or"
            + " digit.");
  }
}
