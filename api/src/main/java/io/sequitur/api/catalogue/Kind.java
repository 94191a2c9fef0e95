package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.workflows.json.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One kind of resource: how it stands in the database, how it compares, how it is written.
 *
 * @param <D> as it is declared
 * @param <S> as it stands
 */
interface Kind<D, S> {
  /** The word for one. */
  String word();

  /** The key of its list in a file. */
  String plural();

  Section<D> declared(Declared file);

  /** All that users made of it, by name. */
  SortedMap<String, S> standing(Handle handle, String tenant);

  /** What only this server can say about an entry. */
  void check(Entry<D> entry, @Nullable S standing, List<Problem> problems);

  /** The fields in which it differs; never their values, which may be secret. */
  List<String> differing(String tenant, D declared, S standing);

  /**
   * Creates it if nothing stands, else replaces it.
   *
   * @return the signing secret that was made for it, if one was
   */
  @Nullable String write(Handle handle, String tenant, D declared, @Nullable S standing);

  /** One to be written. */
  record Writing<D, S>(String name, D declared, @Nullable S standing) {}

  /**
   * The same for many; kinds of which there may be thousands do it in a few statements.
   *
   * @return the signing secrets that were made, by name
   */
  default Map<String, String> writeAll(Handle handle, String tenant, List<Writing<D, S>> changed) {
    Map<String, String> made = new LinkedHashMap<>();
    for (Writing<D, S> one : changed) {
      String secret = write(handle, tenant, one.declared(), one.standing());
      if (secret != null) {
        made.put(one.name(), secret);
      }
    }
    return made;
  }

  void delete(Handle handle, String tenant, String name);

  /** The same for many. */
  default void deleteAll(Handle handle, String tenant, List<String> names) {
    names.forEach(name -> delete(handle, tenant, name));
  }

  /** As an entry of a file, without secrets. */
  ObjectNode export(S standing);
}
