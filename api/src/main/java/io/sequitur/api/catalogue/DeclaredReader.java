package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.catalogue.Declared.Entry;
import io.sequitur.api.catalogue.Declared.Section;
import io.sequitur.workflows.catalogue.CacheDefinitionReader;
import io.sequitur.workflows.catalogue.DefinitionReader;
import io.sequitur.workflows.catalogue.EventTypeDefinitionReader;
import io.sequitur.workflows.catalogue.Fields;
import io.sequitur.workflows.catalogue.KeyValueDefinitionReader;
import io.sequitur.workflows.catalogue.TriggerDefinitionReader;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.sync.SyncTargetDefinitionReader;
import io.sequitur.workflows.webhook.WebhookDefinitionReader;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a whole file, finding every problem in one reading. */
@Singleton
final class DeclaredReader {
  /** Beyond this many, only names are read: the answer does not list more. */
  private static final int MAX_PROBLEMS = 10_000;

  private final EventTypeDefinitionReader eventTypes;
  private final KeyValueDefinitionReader keyValues;
  private final WebhookDefinitionReader webhooks;
  private final SyncTargetDefinitionReader syncTargets;
  private final CacheDefinitionReader caches;
  private final TriggerDefinitionReader triggers;

  DeclaredReader(
      EventTypeDefinitionReader eventTypes,
      KeyValueDefinitionReader keyValues,
      WebhookDefinitionReader webhooks,
      SyncTargetDefinitionReader syncTargets,
      CacheDefinitionReader caches,
      TriggerDefinitionReader triggers) {
    this.eventTypes = eventTypes;
    this.keyValues = keyValues.forFiles();
    this.webhooks = webhooks;
    this.syncTargets = syncTargets;
    this.caches = caches;
    this.triggers = triggers;
  }

  Declared read(JsonNode file, List<Problem> problems) {
    Fields unused =
        Fields.of(
            file,
            "",
            problems,
            "eventTypes",
            "keyValues",
            "webhooks",
            "syncTargets",
            "caches",
            "triggers");
    return new Declared(
        section(file, "eventTypes", eventTypes, problems),
        section(file, "keyValues", keyValues, problems),
        section(file, "webhooks", webhooks, problems),
        section(file, "syncTargets", syncTargets, problems),
        section(file, "caches", caches, problems),
        section(file, "triggers", triggers, problems));
  }

  private static <D> Section<D> section(
      JsonNode file, String key, DefinitionReader<D> reader, List<Problem> problems) {
    JsonNode list = file.path(key);
    if (file.hasNonNull(key) && !list.isArray()) {
      problems.add(new Problem("/" + key, "Must be a list."));
    }
    List<Entry<D>> entries = new ArrayList<>();
    Map<String, Integer> names = new LinkedHashMap<>();
    for (int i = 0; list.isArray() && i < list.size(); i++) {
      String pointer = Problem.child("/" + key, i);
      String name = list.get(i).path("name").asText("");
      Integer first = name.isEmpty() ? null : names.putIfAbsent(name, i);
      if (first != null) {
        String detail =
            "`%s` stands twice in this list; first as entry %d."
                .formatted(Problem.shorten(name, 64), first + 1);
        problems.add(new Problem(pointer + "/name", detail));
      }
      if (problems.size() < MAX_PROBLEMS) {
        reader
            .read(list.get(i), pointer, problems)
            .ifPresent(definition -> entries.add(new Entry<>(pointer, name, definition)));
      }
    }
    return new Section<>(entries, names.keySet());
  }
}
