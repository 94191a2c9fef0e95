package io.sequitur.workflows.catalogue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields that an object of a definition may have.
 *
 * @param fields in the order in which its reader knows them
 * @param required those that must be there
 * @param oneOf groups of which exactly one must be there, with any of its fields
 * @param together what a field cannot be without, by the field
 */
public record ObjectShape(
    Map<String, FieldShape> fields,
    Set<String> required,
    List<List<String>> oneOf,
    Map<String, Set<String>> together) {
  public ObjectShape {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    required = Collections.unmodifiableSet(new TreeSet<>(required));
    oneOf = List.copyOf(oneOf);
    together = Collections.unmodifiableMap(new LinkedHashMap<>(together));
  }

  /** Without any field. */
  static ObjectShape empty() {
    return new ObjectShape(Map.of(), Set.of(), List.of(), Map.of());
  }
}
