package io.sequitur.api.reference;

import io.sequitur.workflows.sync.SyncCause.Kind;
import io.sequitur.workflows.sync.SyncState;
import io.sequitur.workflows.sync.SyncTransitions;
import io.sequitur.workflows.sync.SyncTransitions.Transition;
import java.util.Collection;
import java.util.stream.Collectors;

/** What may follow from which state of a sync target, as a part of a page. */
final class SyncTransitionTable {
  private SyncTransitionTable() {}

  static String markdown() {
    StringBuilder page = new StringBuilder("\n| what happens | from | to |\n| --- | --- | --- |\n");
    for (Kind kind : Kind.values()) {
      SyncTransitions.TABLE.stream()
          .filter(row -> row.cause() == kind)
          .collect(Collectors.groupingBy(Transition::to))
          .entrySet()
          .stream()
          .map(entry ->
              "| %s | %s | %s |\n"
                  .formatted(
                      kind.words(),
                      words(entry.getValue().stream().map(Transition::from).toList()),
                      words(entry.getKey())))
          .sorted()
          .forEach(page::append);
    }
    return page.append('\n').toString();
  }

  private static String words(Collection<SyncState> states) {
    return states.stream()
        .sorted()
        .map(state -> "`" + state + "`")
        .collect(Collectors.joining(" "));
  }
}
