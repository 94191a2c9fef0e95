package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a reader asks for by letting it read objects that are not there: one reading with
 * no field, and one for each field as the only one. So what is written down about a definition
 * cannot differ from what is read.
 */
final class Recording {
  private final Consumer<Fields> reader;

  private Recording(Consumer<Fields> reader) {
    this.reader = reader;
  }

  /**
   * The shape of the object that {@code reader} reads.
   *
   * @param known the fields it may have
   */
  static ObjectShape of(List<String> known, Consumer<Fields> reader) {
    return new Recording(reader).object("", known, Set.of());
  }

  /**
   * One reading.
   *
   * @param present pointers of the fields that seem to be there
   * @param asked what it asked for, by pointer
   * @param known the fields of each object it asked for, by pointer
   * @param problems what it found wrong
   */
  record Pass(
      Set<String> present,
      Map<String, FieldShape> asked,
      Map<String, List<String>> known,
      List<Problem> problems) {
    boolean objectsTo(String pointer) {
      return problems.stream().anyMatch(problem -> problem.pointer().equals(pointer));
    }
  }

  private Pass pass(Set<String> present) {
    Pass pass = new Pass(present, new HashMap<>(), new HashMap<>(), new ArrayList<>());
    reader.accept(new RecordedFields("", pass));
    return pass;
  }

  private ObjectShape object(String at, List<String> known, Set<String> around) {
    Pass none = pass(around);
    Map<String, FieldShape> fields = new LinkedHashMap<>();
    Set<String> required = new TreeSet<>();
    Map<String, Set<String>> together = new LinkedHashMap<>();
    List<String> choices = new ArrayList<>();
    for (String name : known) {
      String pointer = Problem.child(at, name);
      Pass alone = pass(with(around, pointer));
      FieldShape shape = field(pointer, alone);
      if (shape == null) {
        continue;
      }
      fields.put(name, shape);
      if (none.objectsTo(pointer)) {
        required.add(name);
      }
      if (none.objectsTo(at) && !alone.objectsTo(at)) {
        choices.add(name);
      }
      Set<String> missed = missed(at, known, none, alone);
      if (!missed.isEmpty()) {
        together.put(name, missed);
      }
    }
    List<List<String>> groups = groups(at, choices, around);
    if (groups.size() == 1 && choices.size() == 1) {
      required.addAll(choices);
      groups = List.of();
    }
    return new ObjectShape(fields, required, groups, together);
  }

  // Null: it is known, but refused whatever it holds.
  private @Nullable FieldShape field(String pointer, Pass alone) {
    FieldShape asked = alone.asked.get(pointer);
    List<String> known = alone.known.getOrDefault(pointer, List.of());
    return switch (asked) {
      case null -> alone.objectsTo(pointer) ? null : new FieldShape.Any();
      case FieldShape.Objects list ->
          new FieldShape.Objects(list.max(), object(pointer + "/0", known, alone.present));
      case FieldShape.Nested unused -> new FieldShape.Nested(object(pointer, known, alone.present));
      case FieldShape scalar -> scalar;
    };
  }

  /** What is demanded beside a field, and is not without it. */
  private static Set<String> missed(String at, List<String> known, Pass none, Pass alone) {
    Set<String> missed = new TreeSet<>();
    for (String other : known) {
      String pointer = Problem.child(at, other);
      if (alone.objectsTo(pointer)
          && !none.objectsTo(pointer)
          && !alone.present.contains(pointer)) {
        missed.add(other);
      }
    }
    return missed;
  }

  /** Fields that may stand together are one group. */
  private List<List<String>> groups(String at, List<String> choices, Set<String> around) {
    List<List<String>> groups = new ArrayList<>();
    for (String choice : choices) {
      Set<String> with = with(around, Problem.child(at, choice));
      groups.stream()
          .filter(group -> !pass(with(with, Problem.child(at, group.getFirst()))).objectsTo(at))
          .findFirst()
          .ifPresentOrElse(
              group -> group.add(choice), () -> groups.add(new ArrayList<>(List.of(choice))));
    }
    return groups;
  }

  private static Set<String> with(Set<String> pointers, String another) {
    Set<String> all = new LinkedHashSet<>(pointers);
    all.add(another);
    return all;
  }
}
