package io.sequitur.workflows.catalogue;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named value for headers.
 *
 * @param value the text itself, or the name of an environment variable; null only for a secret in a
 *     file, whose value stays as it is
 */
public record KeyValueDefinition(String name, Kind kind, @Nullable String value) {
  /** Where the value comes from. */
  public enum Kind {
    /** Stands here, for all to read. */
    STATIC,
    /** Read from the sending process's environment when it sends. */
    ENVIRONMENT,
    /** Stands here, and is never shown again. */
    SECRET
  }

  /** The value, where one must be given. */
  public String requiredValue() {
    return Objects.requireNonNull(value);
  }

  /** Without the value, which may be a secret. */
  @Override
  public String toString() {
    return "KeyValueDefinition[name=" + name + ", kind=" + kind + "]";
  }
}
