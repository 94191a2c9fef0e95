package io.sequitur.activities.sync;

import io.sequitur.activities.catalogue.NotifySyncTargets;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncStore.Named;
import io.sequitur.workflows.event.Affected;
import jakarta.inject.Singleton;

/** Has the targets told of the tenants whose catalogue a group of events tells of. */
@Singleton
final class ChangedTargets {
  private final SyncStore store;
  private final SyncLedger ledger;

  ChangedTargets(SyncStore store, SyncLedger ledger) {
    this.store = store;
    this.ledger = ledger;
  }

  /**
   * Asks nothing for groups without a change of the catalogue.
   *
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  void tell(Affected affected) {
    if (!affected.triggers().contains(NotifySyncTargets.NAME)) {
      return;
    }
    for (Named key : store.active(affected.tenants())) {
      var unused = ledger.settle(key.tenant(), key.name());
    }
  }
}
