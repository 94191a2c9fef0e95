package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.db.catalogue.TriggerContent;
import io.sequitur.db.catalogue.TriggerRow;
import io.sequitur.db.catalogue.TriggerStore;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Triggers that users made; those of webhooks follow their webhooks. */
@Singleton
final class TriggerKind implements Kind<TriggerDefinition, TriggerRow> {
  private final TriggerStore store;

  TriggerKind(TriggerStore store) {
    this.store = store;
  }

  @Override
  public String word() {
    return "trigger";
  }

  @Override
  public String plural() {
    return "triggers";
  }

  @Override
  public Section<TriggerDefinition> declared(Declared file) {
    return file.triggers();
  }

  @Override
  public SortedMap<String, TriggerRow> standing(Handle handle, String tenant) {
    SortedMap<String, TriggerRow> standing = new TreeMap<>();
    for (TriggerRow row : store.all(handle, tenant)) {
      if (!row.generated()) {
        standing.put(row.name(), row);
      }
    }
    return standing;
  }

  @Override
  public void check(
      Entry<TriggerDefinition> entry, @Nullable TriggerRow standing, List<Problem> problems) {
    // Its reader has said everything.
  }

  @Override
  public List<String> differing(String tenant, TriggerDefinition declared, TriggerRow standing) {
    // Which of several actions names a webhook makes no difference, nor does their order.
    return Shape.differing(
        shape(TriggerActions.content(declared), TriggerActions.merged(declared.actionsJson())),
        shape(standing, TriggerActions.merged(TriggerActions.of(standing))));
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, TriggerDefinition declared, @Nullable TriggerRow standing) {
    store.put(handle, tenant, TriggerActions.content(declared));
    return null;
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    store.delete(handle, tenant, name);
  }

  @Override
  public ObjectNode export(TriggerRow row) {
    return shape(row, TriggerActions.of(row));
  }

  private static ObjectNode shape(TriggerContent content, ArrayNode actions) {
    return shape(
        content.name(),
        content.description(),
        content.events(),
        content.filter(),
        content.condition(),
        actions);
  }

  private static ObjectNode shape(TriggerRow row, ArrayNode actions) {
    return shape(
        row.name(), row.description(), row.events(), row.filter(), row.condition(), actions);
  }

  private static ObjectNode shape(
      String name,
      String description,
      List<String> events,
      @Nullable String filter,
      @Nullable String condition,
      ArrayNode actions) {
    return new Shape()
        .text("name", name)
        .text("description", description)
        .required("on", new Shape().texts("events", events).text("filter", filter).json())
        .value("condition", TriggerActions.condition(condition))
        .required("actions", actions)
        .json();
  }
}
