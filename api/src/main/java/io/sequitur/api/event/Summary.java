package io.sequitur.api.event;

import io.sequitur.api.event.Starts.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** One line for Temporal's UI that says what a group is. */
final class Summary {
  private static final int SHOWN = 5;

  private Summary() {}

  static String of(List<Entry> group) {
    Map<String, Long> types =
        group.stream()
            .map(Entry::type)
            .filter(Objects::nonNull)
            .collect(
                Collectors.groupingBy(type -> type, LinkedHashMap::new, Collectors.counting()));
    String events = group.size() == 1 ? "" : group.size() + " events: ";
    String counted =
        types.entrySet().stream()
            .limit(SHOWN)
            .map(type ->
                type.getValue() == 1 ? type.getKey() : type.getKey() + " ×" + type.getValue())
            .collect(Collectors.joining(", "));
    String more = types.size() > SHOWN ? ", …" : "";
    TreeSet<String> triggers =
        group.stream()
            .flatMap(entry -> entry.triggers().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    String matched =
        triggers.isEmpty()
            ? ""
            : " → " + triggers.stream().limit(SHOWN).collect(Collectors.joining(", "));
    String moreTriggers = triggers.size() > SHOWN ? ", …" : "";
    return types.isEmpty()
        ? group.size() + (group.size() == 1 ? " event" : " events")
        : events + counted + more + matched + moreTriggers;
  }
}
