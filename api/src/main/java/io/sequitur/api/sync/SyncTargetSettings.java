package io.sequitur.api.sync;

import io.sequitur.db.sync.SyncTargetRow.Content;
import io.sequitur.workflows.sync.SyncTargetDefinition;

/** A definition as it is stored. */
public final class SyncTargetSettings {
  private SyncTargetSettings() {}

  public static Content of(SyncTargetDefinition definition) {
    String description = definition.description();
    return new Content(
        definition.name(),
        definition.url(),
        description == null ? "" : description,
        definition.active(),
        definition.mode().word(),
        definition.resync().toMillis(),
        (int) definition.debounce().toMillis(),
        (int) definition.ackTimeout().toMillis(),
        definition.monotonic(),
        (int) definition.quiet().toMillis());
  }
}
