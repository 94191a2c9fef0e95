package io.sequitur.workflows.catalogue;

/**
 * A named value for headers.
 *
 * @param value the text itself, or the name of an environment variable
 */
public record KeyValueDefinition(String name, Kind kind, String value) {
  /** Where the value comes from. */
  public enum Kind {
    /** Stands here, for all to read. */
    STATIC,
    /** Read from the sending process's environment when it sends. */
    ENVIRONMENT,
    /** Stands here, and is never shown again. */
    SECRET
  }

  /** Without the value, which may be a secret. */
  @Override
  public String toString() {
    return "KeyValueDefinition[name=" + name + ", kind=" + kind + "]";
  }
}
