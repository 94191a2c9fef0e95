package io.sequitur.api.health;

import java.util.List;

/**
 * What PostgreSQL said about itself.
 *
 * @param migrated whether the schema is there
 * @param missing a sentence for each thing that keeps it from being relied upon
 */
record DatabaseState(boolean migrated, List<String> missing) {
  DatabaseState {
    missing = List.copyOf(missing);
  }

  static DatabaseState unreachable() {
    return new DatabaseState(false, List.of("PostgreSQL does not answer."));
  }
}
