package io.sequitur.api.catalogue;

import io.sequitur.api.catalogue.Change.Action;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jdbi.v3.core.Handle;

/** One kind of a file beside what stands of it. */
final class KindPlan<D, S> {
  private final Kind<D, S> kind;
  private final String tenant;
  private final Declared.Section<D> declared;
  private final SortedMap<String, S> standing;

  private KindPlan(
      Kind<D, S> kind, String tenant, Declared.Section<D> declared, SortedMap<String, S> standing) {
    this.kind = kind;
    this.tenant = tenant;
    this.declared = declared;
    this.standing = standing;
  }

  static <D, S> KindPlan<D, S> of(Kind<D, S> kind, Handle handle, String tenant, Declared file) {
    return new KindPlan<>(kind, tenant, kind.declared(file), kind.standing(handle, tenant));
  }

  Set<String> names() {
    return standing.keySet();
  }

  Optional<S> standing(String name) {
    return Optional.ofNullable(standing.get(name));
  }

  void check(List<Problem> problems) {
    for (Entry<D> entry : declared.entries()) {
      kind.check(entry, standing.get(entry.name()), problems);
    }
  }

  /** In the order of the file; last what is deleted. */
  List<Change> changes(boolean prune) {
    List<Change> changes = new ArrayList<>();
    for (Entry<D> entry : declared.entries()) {
      changes.add(change(entry));
    }
    for (String name : prune ? standing.keySet() : Set.<String>of()) {
      if (!declared.names().contains(name)) {
        changes.add(new Change(kind.word(), name, Action.deleted, List.of()));
      }
    }
    return changes;
  }

  private Change change(Entry<D> entry) {
    S stands = standing.get(entry.name());
    if (stands == null) {
      return new Change(kind.word(), entry.name(), Action.created, List.of());
    }
    List<String> differing = kind.differing(tenant, entry.definition(), stands);
    return new Change(
        kind.word(),
        entry.name(),
        differing.isEmpty() ? Action.unchanged : Action.updated,
        differing);
  }

  /** Creates and updates; what is unchanged is not touched. */
  void write(Handle handle, List<Change> changes, Map<String, String> signingSecrets) {
    List<Kind.Writing<D, S>> changed = new ArrayList<>();
    for (int i = 0; i < declared.entries().size(); i++) {
      Entry<D> entry = declared.entries().get(i);
      if (changes.get(i).action() != Action.unchanged) {
        changed.add(
            new Kind.Writing<>(entry.name(), entry.definition(), standing.get(entry.name())));
      }
    }
    signingSecrets.putAll(kind.writeAll(handle, tenant, changed));
  }

  void delete(Handle handle, List<Change> changes) {
    List<String> names =
        changes.stream()
            .filter(change -> change.action() == Action.deleted)
            .map(Change::name)
            .toList();
    kind.deleteAll(handle, tenant, names);
  }
}
