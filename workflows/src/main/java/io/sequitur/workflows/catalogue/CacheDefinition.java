package io.sequitur.workflows.catalogue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the user's own: under which keys it keeps what, made from which tables.
 *
 * @param key a template over the columns of its tables
 */
public record CacheDefinition(String name, String key, List<Table> tables) {
  public CacheDefinition {
    tables = List.copyOf(tables);
  }

  /**
   * A table that entries are made from.
   *
   * @param via null: the table has the columns of the key itself
   */
  public record Table(String table, @Nullable Via via) {}

  /**
   * The table that has them, and how a row finds its row there.
   *
   * @param join column of the row to column of the other; at least one
   */
  public record Via(String table, Map<String, String> join) {
    public Via {
      join = Collections.unmodifiableMap(new TreeMap<>(join));
    }
  }
}
