package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.db.catalogue.TriggerRow;
import io.sequitur.db.catalogue.TriggerStore;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.json.Problem;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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
    return Shape.differing(
        shape(
            declared.name(),
            declared.description(),
            declared.events(),
            declared.filter(),
            declared.webhooks()),
        export(standing));
  }

  @Override
  public @Nullable String write(
      Handle handle, String tenant, TriggerDefinition declared, @Nullable TriggerRow standing) {
    String description = declared.description();
    store.put(
        handle,
        tenant,
        declared.name(),
        description == null ? "" : description,
        declared.events(),
        declared.filter(),
        declared.webhooks());
    return null;
  }

  @Override
  public void delete(Handle handle, String tenant, String name) {
    store.delete(handle, tenant, name);
  }

  @Override
  public ObjectNode export(TriggerRow row) {
    return shape(row.name(), row.description(), row.events(), row.filter(), row.deliver());
  }

  private static ObjectNode shape(
      String name,
      @Nullable String description,
      List<String> events,
      @Nullable String filter,
      Collection<String> webhooks) {
    // Which of several actions names a webhook makes no difference, nor does their order.
    ArrayNode actions = Shape.array();
    if (!webhooks.isEmpty()) {
      actions.addObject().set("deliver", Shape.list(new TreeSet<>(webhooks)));
    }
    return new Shape()
        .text("name", name)
        .text("description", description)
        .required("on", new Shape().texts("events", events).text("filter", filter).json())
        .required("actions", actions)
        .json();
  }
}
