package io.sequitur.activities.catalogue;

import io.sequitur.db.webhook.ChangedWebhooks;
import io.sequitur.workflows.catalogue.CatalogueName;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Names the webhooks that step 2 drops from memory. */
@Singleton
final class InvalidateWebhooks implements BuiltInTrigger {
  private final ChangedWebhooks changed;

  InvalidateWebhooks(ChangedWebhooks changed) {
    this.changed = changed;
  }

  @Override
  public String name() {
    return CatalogueName.BUILT_IN_TRIGGER + "invalidate-webhooks";
  }

  @Override
  public String description() {
    return "Drops a webhook's compiled form, with its decrypted keys, from memory when the webhook or a key-value that"
        + " it uses was changed.";
  }

  @Override
  public List<String> events() {
    return List.of(
        "sequitur.key-value.updated", "sequitur.webhook.deleted", "sequitur.webhook.updated");
  }

  @Override
  public Collection<Long> changedWebhooks(Collection<UUID> events) {
    return changed.of(events);
  }
}
