package io.sequitur.api.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.EventTypeStore;
import io.sequitur.db.catalogue.EventTypeStore.Content;
import io.sequitur.workflows.catalogue.EventTypeDefinition;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Event types. Nothing refers to them: patterns are matched by events, declared or not. */
@Singleton
final class EventTypeKind implements Kind<EventTypeDefinition, EventTypeRow> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventTypeStore store;

  EventTypeKind(EventTypeStore store) {
    this.store = store;
  }

  /** What the definition says, as it is stored. */
  static Content content(EventTypeDefinition definition) {
    String description = definition.description();
    JsonNode schema = definition.schema();
    return new Content(
        description == null ? "" : description,
        schema == null ? null : schema.toString(),
        definition.onInvalid().word());
  }

  @Override
  public String word() {
    return "event-type";
  }

  @Override
  public String plural() {
    return "eventTypes";
  }

  @Override
  public Section<EventTypeDefinition> declared(Declared file) {
    return file.eventTypes();
  }

  @Override
  public SortedMap<String, EventTypeRow> standing(Handle handle, String tenant) {
    SortedMap<String, EventTypeRow> standing = new TreeMap<>();
    store.all(handle, tenant).forEach(row -> standing.put(row.name(), row));
    return standing;
  }

  @Override
  public void check(
      Entry<EventTypeDefinition> entry, @Nullable EventTypeRow standing, List<Problem> problems) {
    // Its reader has said everything.
  }

  @Override
  public List<String> differing(
      String tenant, EventTypeDefinition declared, EventTypeRow standing) {
    return Shape.differing(shape(declared.name(), content(declared)), export(standing));
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, EventTypeDefinition declared, @Nullable EventTypeRow standing) {
    store.put(handle, tenant, declared.name(), content(declared));
    return null;
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    store.delete(handle, tenant, name);
  }

  @Override
  public ObjectNode export(EventTypeRow row) {
    return shape(row.name(), new Content(row.description(), row.schema(), row.onInvalid()));
  }

  private static ObjectNode shape(String name, Content content) {
    String schema = content.schema();
    Shape shape = new Shape().text("name", name).text("description", content.description());
    if (schema != null) {
      shape.required("schema", tree(schema));
    }
    return shape.text("onInvalid", content.onInvalid()).json();
  }

  // Both sides are read from text, so that 1.50 and 1.5 are the same number wherever they stand.
  private static JsonNode tree(String schema) {
    try {
      return JSON.readTree(schema);
    } catch (JsonProcessingException e) {
      // Written by hand, and shown as it is.
      return TextNode.valueOf(schema);
    }
  }
}
