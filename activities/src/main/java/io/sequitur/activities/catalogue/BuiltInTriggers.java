package io.sequitur.activities.catalogue;

import io.sequitur.workflows.catalogue.EventPattern;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The registry of built-in triggers: all of them, or it cannot be made. */
@Singleton
public final class BuiltInTriggers {
  private final List<BuiltInTrigger> all;

  /**
   * A new built-in trigger is one more parameter.
   *
   * @throws IllegalStateException naming those that were forgotten here
   */
  BuiltInTriggers(InvalidateWebhooks invalidateWebhooks, NotifySyncTargets notifySyncTargets) {
    this.all =
        Stream.<BuiltInTrigger>of(invalidateWebhooks, notifySyncTargets)
            .sorted(Comparator.comparing(BuiltInTrigger::name))
            .toList();
    requireComplete(all);
  }

  static void requireComplete(Collection<BuiltInTrigger> registered) {
    Set<Class<?>> known =
        registered.stream().map(BuiltInTrigger::getClass).collect(Collectors.toSet());
    List<String> forgotten =
        Arrays.stream(BuiltInTrigger.class.getPermittedSubclasses())
            .filter(type -> !known.contains(type))
            .map(Class::getSimpleName)
            .sorted()
            .toList();
    if (!forgotten.isEmpty()) {
      throw new IllegalStateException(
          "built-in triggers that are not registered: "
              + String.join(", ", forgotten)
              + "; add them to BuiltInTriggers");
    }
  }

  /** Sorted by name. */
  public List<BuiltInTrigger> all() {
    return all;
  }

  public Optional<BuiltInTrigger> find(String name) {
    return all.stream().filter(trigger -> trigger.name().equals(name)).findFirst();
  }

  /** Those whose names come after this one, sorted. */
  public List<BuiltInTrigger> after(String name) {
    return all.stream().filter(trigger -> trigger.name().compareTo(name) > 0).toList();
  }

  /** Adds the names of those that act on this type to the names of others that do; sorted. */
  public List<String> matchedBeside(List<String> others, String type) {
    if (!type.startsWith(EventPattern.OWN)) {
      return others;
    }
    TreeSet<String> names = new TreeSet<>(others);
    all.stream().filter(trigger -> actsOn(trigger, type)).forEach(t -> names.add(t.name()));
    return List.copyOf(names);
  }

  /** What the triggers with these names, as far as they are built in, say of these events. */
  public List<Long> changedWebhooks(Collection<String> triggers, Collection<UUID> events) {
    return all.stream()
        .filter(trigger -> triggers.contains(trigger.name()))
        .flatMap(trigger -> trigger.changedWebhooks(events).stream())
        .distinct()
        .toList();
  }

  private static boolean actsOn(BuiltInTrigger trigger, String type) {
    return trigger.events().stream().anyMatch(pattern -> EventPattern.of(pattern).matches(type));
  }
}
