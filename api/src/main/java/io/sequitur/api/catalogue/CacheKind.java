package io.sequitur.api.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.db.cache.CacheRow;
import io.sequitur.db.cache.CacheStore;
import io.sequitur.db.cache.CacheStore.Content;
import io.sequitur.workflows.catalogue.CacheDefinition;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Users' caches. Nothing refers to them. */
@Singleton
final class CacheKind implements Kind<CacheDefinition, CacheRow> {
  private final CacheStore store;

  CacheKind(CacheStore store) {
    this.store = store;
  }

  /** What the definition says, as it is stored. */
  static Content content(CacheDefinition definition) {
    ArrayNode tables = Shape.array();
    for (CacheDefinition.Table table : definition.tables()) {
      ObjectNode entry = tables.addObject().put("table", table.table());
      CacheDefinition.Via via = table.via();
      if (via != null) {
        ObjectNode join = entry.putObject("via").put("table", via.table()).putObject("join");
        via.join().forEach(join::put);
      }
    }
    return new Content(definition.key(), tables.toString());
  }

  @Override
  public String word() {
    return "cache";
  }

  @Override
  public String plural() {
    return "caches";
  }

  @Override
  public Section<CacheDefinition> declared(Declared file) {
    return file.caches();
  }

  @Override
  public SortedMap<String, CacheRow> standing(Handle handle, String tenant) {
    SortedMap<String, CacheRow> standing = new TreeMap<>();
    store.all(handle, tenant).forEach(row -> standing.put(row.name(), row));
    return standing;
  }

  @Override
  public void check(
      Entry<CacheDefinition> entry, @Nullable CacheRow standing, List<Problem> problems) {
    // Its reader has said everything; its tables are looked up by who makes their triggers.
  }

  @Override
  public List<String> differing(String tenant, CacheDefinition declared, CacheRow standing) {
    return Shape.differing(shape(declared.name(), content(declared)), export(standing));
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, CacheDefinition declared, @Nullable CacheRow standing) {
    store.put(handle, tenant, declared.name(), content(declared));
    return null;
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    store.delete(handle, tenant, name);
  }

  @Override
  public ObjectNode export(CacheRow row) {
    return shape(row.name(), new Content(row.key(), row.tables()));
  }

  private static ObjectNode shape(String name, Content content) {
    return new Shape()
        .text("name", name)
        .text("key", content.key())
        .value("tables", tables(content.tables()))
        .json();
  }

  /** As they were written. */
  static JsonNode tables(String stored) {
    try {
      return StoredJson.read(stored);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column of jsonb is JSON", e);
    }
  }
}
