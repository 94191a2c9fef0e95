package io.sequitur.activities.catalogue;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * What the engine itself does on events of the catalogue. It stands in the list of triggers beside
 * users' own and is shown as matched, but nobody can change it.
 */
public sealed interface BuiltInTrigger permits InvalidateWebhooks, NotifySyncTargets {
  /** Unique; begins with {@code sequitur::}. */
  String name();

  /** One sentence for users: what it does, and what for. */
  String description();

  /** Patterns of the types that it acts on. */
  List<String> events();

  /** The uids of the webhooks whose compiled form these events made useless. */
  Collection<Long> changedWebhooks(Collection<UUID> events);
}
