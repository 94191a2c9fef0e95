package io.sequitur.api.catalogue;

import io.sequitur.workflows.catalogue.CacheDefinition;
import io.sequitur.workflows.catalogue.EventTypeDefinition;
import io.sequitur.workflows.catalogue.KeyValueDefinition;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.sync.SyncTargetDefinition;
import io.sequitur.workflows.webhook.WebhookDefinition;
import java.util.List;
import java.util.Set;

/** What a file declares. */
record Declared(
    Section<EventTypeDefinition> eventTypes,
    Section<KeyValueDefinition> keyValues,
    Section<WebhookDefinition> webhooks,
    Section<SyncTargetDefinition> syncTargets,
    Section<CacheDefinition> caches,
    Section<TriggerDefinition> triggers) {

  /**
   * One list of the file.
   *
   * @param names also of entries that are invalid, so that who refers to them is not blamed too
   */
  record Section<D>(List<Entry<D>> entries, Set<String> names) {}

  /** A valid entry, and where it stands. */
  record Entry<D>(String pointer, String name, D definition) {}
}
