package io.sequitur.api.reference;

import io.sequitur.workflows.delivery.DeliveryCause;
import io.sequitur.workflows.delivery.DeliveryState;
import io.sequitur.workflows.delivery.DeliveryTransitions;
import io.sequitur.workflows.delivery.DeliveryTransitions.Transition;
import java.util.Collection;
import java.util.stream.Collectors;

/** What may follow from which state of a delivery, as a part of a page. */
final class TransitionTable {
  private TransitionTable() {}

  static String markdown() {
    StringBuilder page = new StringBuilder("\n| what happens | from | to |\n| --- | --- | --- |\n");
    for (DeliveryCause cause : DeliveryCause.values()) {
      DeliveryTransitions.TABLE.stream()
          .filter(row -> row.cause() == cause)
          .collect(Collectors.groupingBy(Transition::to))
          .entrySet()
          .stream()
          .map(entry ->
              "| %s | %s | %s |\n"
                  .formatted(
                      cause.words(),
                      words(entry.getValue().stream().map(Transition::from).toList()),
                      words(entry.getKey())))
          .sorted()
          .forEach(page::append);
    }
    return page.append('\n').toString();
  }

  private static String words(Collection<DeliveryState> states) {
    return states.stream()
        .sorted()
        .map(state -> "`" + state.word() + "`")
        .collect(Collectors.joining(" "));
  }
}
