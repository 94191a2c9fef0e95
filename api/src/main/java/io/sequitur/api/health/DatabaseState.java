package io.sequitur.api.health;

import java.util.ArrayList;
import java.util.List;

/**
 * What PostgreSQL said about itself.
 *
 * @param migrated whether the schema is there
 * @param current whether it is of this version, as far as that can be seen
 * @param missing a sentence for each thing that keeps it from being relied upon
 */
record DatabaseState(boolean migrated, boolean current, List<String> missing) {
  DatabaseState {
    missing = List.copyOf(missing);
  }

  /** The same with tables that are not covered by triggers. */
  DatabaseState with(List<String> uncovered) {
    List<String> all = new ArrayList<>(missing);
    uncovered.forEach(problem ->
        all.add("A cached table is not covered, run sequitur migrate: " + problem + "."));
    return new DatabaseState(migrated, current, all);
  }

  static DatabaseState unreachable() {
    return new DatabaseState(false, false, List.of("PostgreSQL does not answer."));
  }
}
