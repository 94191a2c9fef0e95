package io.sequitur.activities.catalogue;

import io.sequitur.workflows.catalogue.CatalogueName;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What step 4 gives a generation for, so that sync targets are told. */
@Singleton
public final class NotifySyncTargets implements BuiltInTrigger {
  public static final String NAME = CatalogueName.BUILT_IN_TRIGGER + "notify-sync-targets";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "Tells sync targets that the set of triggers has changed, if it has.";
  }

  @Override
  public List<String> events() {
    return List.of(
        "sequitur.key-value.updated",
        "sequitur.sync-target.created",
        "sequitur.sync-target.updated",
        "sequitur.trigger.created",
        "sequitur.trigger.deleted",
        "sequitur.trigger.updated",
        "sequitur.webhook.created",
        "sequitur.webhook.deleted",
        "sequitur.webhook.updated");
  }

  @Override
  public Collection<Long> changedWebhooks(Collection<UUID> events) {
    return List.of();
  }
}
