package io.sequitur.db.sync;

import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.sync.SyncTargetRow.Content;
import org.jdbi.v3.core.Jdbi;

/** Sync targets for tests of the statements: made, and settled without any set. */
public final class SyncTargets {
  private final Jdbi jdbi;
  private final SyncStore store;
  private final SyncTargetStore targets;

  SyncTargets(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.store = new SyncStore(jdbi);
    this.targets = new SyncTargetStore(jdbi);
  }

  /** The statements, for tests of other packages. */
  public static SyncStore store(Jdbi jdbi) {
    return new SyncStore(jdbi);
  }

  static Content content(String name) {
    return new Content(
        name, "https://platform.test/", "", true, "notify", 900_000, 500, 30_000, true, 60_000);
  }

  PutOutcome put(String name) {
    return put("default", name);
  }

  PutOutcome put(String tenant, String name) {
    return targets.put(tenant, content(name), null, false, uid -> new byte[] {1});
  }

  long uid(String name) {
    return targets.find("default", name).orElseThrow().uid();
  }

  /** Step 2. */
  void drain() {
    var unused = new InvalidationStore(jdbi).drain();
  }

  void settle(String name) {
    settle("default", name);
  }

  /** Writes down that the set of the present version was read. */
  void settle(String tenant, String name) {
    boolean unused =
        store
            .locked(
                tenant,
                name,
                tx -> {
                  SyncTargetRow target = tx.seen().target();
                  tx.save(settled(tx.row(), target, tx.catalogue().version()));
                  return true;
                })
            .orElseThrow();
  }

  private static SyncRow settled(SyncRow row, SyncTargetRow target, String version) {
    return new SyncRow(
        row.tenant(),
        row.name(),
        target.uid(),
        target.content().url(),
        row.state(),
        row.generation(),
        row.hash(),
        version,
        row.desired(),
        row.desiredHash(),
        row.suppressed(),
        row.handedOut(),
        row.noticed(),
        row.notified(),
        row.notificationId(),
        row.applied(),
        row.appliedHash(),
        row.floor(),
        row.round(),
        row.verifying(),
        row.failures(),
        row.dueAt(),
        row.dirtySince(),
        row.gatheringSince(),
        row.error(),
        row.nextLook(),
        row.look(),
        row.salt(),
        target.version(),
        row.supersededAt(),
        row.looked(),
        row.cleanAt());
  }
}
