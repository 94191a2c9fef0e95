package io.sequitur.api.reference;

import static java.util.Comparator.comparing;

import io.sequitur.workflows.delivery.DeliveryState;
import io.sequitur.workflows.delivery.DeliveryTransitions;
import io.sequitur.workflows.sync.SyncState;
import io.sequitur.workflows.sync.SyncTransitions;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What may follow from which state, as a part of a page. */
final class TransitionTable {
  private TransitionTable() {}

  private record Change<S>(String cause, S from, Collection<S> to) {}

  static String ofDeliveries() {
    return markdown(
        DeliveryTransitions.TABLE.stream()
            .sorted(comparing(DeliveryTransitions.Transition::cause))
            .map(row -> new Change<>(row.cause().words(), row.from(), row.to()))
            .toList(),
        DeliveryState::word);
  }

  static String ofSyncTargets() {
    return markdown(
        SyncTransitions.TABLE.stream()
            .sorted(comparing(SyncTransitions.Transition::cause))
            .map(row -> new Change<>(row.cause().words(), row.from(), row.to()))
            .toList(),
        SyncState::name);
  }

  private static <S extends Enum<S>> String markdown(
      List<Change<S>> changes, Function<S, String> word) {
    Map<String, List<Change<S>>> byCause =
        changes.stream()
            .collect(Collectors.groupingBy(Change::cause, LinkedHashMap::new, Collectors.toList()));
    StringBuilder page = new StringBuilder("\n| what happens | from | to |\n| --- | --- | --- |\n");
    byCause.forEach((cause, rows) ->
        rows.stream().collect(Collectors.groupingBy(Change::to)).entrySet().stream()
            .map(entry ->
                "| %s | %s | %s |\n"
                    .formatted(
                        cause,
                        words(entry.getValue().stream().map(Change::from).toList(), word),
                        words(entry.getKey(), word)))
            .sorted()
            .forEach(page::append));
    return page.append('\n').toString();
  }

  private static <S extends Enum<S>> String words(Collection<S> states, Function<S, String> word) {
    return states.stream()
        .sorted()
        .map(state -> "`" + word.apply(state) + "`")
        .collect(Collectors.joining(" "));
  }
}
