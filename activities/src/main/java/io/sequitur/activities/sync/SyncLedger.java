package io.sequitur.activities.sync;

import io.sequitur.activities.cache.StepTwo;
import io.sequitur.db.sync.SyncSeen;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncTransaction;
import io.sequitur.db.sync.SyncTransaction.Catalogue;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.sync.ShrinkGuard;
import io.sequitur.workflows.sync.SyncCause;
import io.sequitur.workflows.sync.SyncItems;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of what is known of sync targets. Pulls, requests, changes of the catalogue and
 * the targets' workflows all come through here, so all of them see and leave the same record.
 */
@Singleton
public final class SyncLedger {
  private final SyncStore store;
  private final StepTwo stepTwo;
  private final SyncBell bell;

  SyncLedger(SyncStore store, StepTwo stepTwo, SyncBell bell) {
    this.store = store;
    this.stepTwo = stepTwo;
    this.bell = bell;
  }

  private record Outcome<T extends @Nullable Object>(T value, boolean stale, boolean ring) {}

  /**
   * Gives what is committed a generation, and runs step 2 for it: what it answers may leave. When
   * nothing has changed since the newest one this is one statement.
   *
   * @return how the target stands; empty: there is no such target
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  public Optional<SyncStanding> settle(String tenant, String name) {
    Optional<SyncSeen> seen = store.see(tenant, name);
    if (seen.isEmpty() || seen.get().settled()) {
      return seen.map(at -> Standings.of(Objects.requireNonNull(at.row(), "it is settled")));
    }
    // First, so that the epochs that are read with the set tell of everything in it.
    if (seen.get().pending()) {
      stepTwo.run();
    }
    return finish(seen.get().target().uid(), store.locked(tenant, name, SyncLedger::record));
  }

  /**
   * The same for a platform that pulls: what it is answered with is written down before its first
   * byte leaves, and that it has looked, where something hangs on that.
   *
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  public Optional<SyncStanding> handOut(String tenant, String name) {
    Optional<SyncStanding> standing = settle(tenant, name);
    standing
        .filter(
            at -> at.handedOut() < at.desired().generation() || (at.verifying() && !at.looked()))
        .ifPresent(at -> {
          var unused = tell(tenant, name, new SyncCause.Pull(at.desired().generation()));
        });
    return standing;
  }

  /**
   * Tells a target's state machine what happened; empty: there is no such target.
   *
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  public Optional<SyncStanding> tell(String tenant, String name, SyncCause cause) {
    return update(
        tenant,
        name,
        update -> {
          update.apply(cause);
          return update.standing();
        });
  }

  /** Works on a target under its lock, writes what has become of it, and rings. */
  <T> Optional<T> update(String tenant, String name, Function<SyncUpdate, T> work) {
    return decide(tenant, name, (update, unused) -> work.apply(update));
  }

  /** What may be done with a target under its lock. */
  @FunctionalInterface
  interface Work<T> {
    T with(SyncUpdate update, SyncTransaction transaction);
  }

  <T> Optional<T> decide(String tenant, String name, Work<T> work) {
    long[] uid = {0};
    Optional<Outcome<T>> outcome =
        store.locked(
            tenant,
            name,
            transaction -> {
              SyncUpdate update = new SyncUpdate(transaction);
              uid[0] = update.target().uid();
              T value = work.with(update, transaction);
              update.save();
              return new Outcome<>(value, false, update.ring());
            });
    return finish(uid[0], outcome);
  }

  // Only after the commit: a step 2 that began before it may have missed what the set tells of.
  private <T> Optional<T> finish(long uid, Optional<Outcome<T>> outcome) {
    if (outcome.isPresent() && outcome.get().stale()) {
      stepTwo.run();
    }
    if (outcome.isPresent() && outcome.get().ring()) {
      bell.ring(uid);
    }
    return outcome.map(Outcome::value);
  }

  private static Outcome<SyncStanding> record(SyncTransaction transaction) {
    SyncUpdate update = new SyncUpdate(transaction);
    if (transaction.seen().settled()) {
      return new Outcome<>(update.standing(), false, false);
    }
    boolean anothers = update.isAnothers();
    boolean moved = update.hasMoved();
    boolean setOtherwise = !anothers && update.isSetOtherwise();
    if (anothers) {
      update.reborn();
    }
    Catalogue catalogue = transaction.catalogue();
    update.readAt(catalogue.pending() ? null : catalogue.version());
    SyncItems items = items(catalogue, update);
    if (anothers || !items.hash().equals(update.standing().newest().hash())) {
      change(transaction, update, catalogue, items);
    }
    if (setOtherwise) {
      update.apply(new SyncCause.Settings());
    }
    // What stands there now may never have heard of us.
    if (moved) {
      update.apply(new SyncCause.Urge());
    }
    update.save();
    return new Outcome<>(update.standing(), catalogue.pending(), update.ring());
  }

  private static SyncItems items(Catalogue catalogue, SyncUpdate update) {
    return SyncItems.of(
        StoredJson.tree(catalogue.triggers()),
        StoredJson.tree(catalogue.webhooks()),
        update.row().salt());
  }

  private static void change(
      SyncTransaction transaction, SyncUpdate update, Catalogue catalogue, SyncItems items) {
    SyncStanding standing = update.standing();
    long generation = standing.newest().generation() + 1;
    String suspicion = suspicion(transaction, standing.desired(), items);
    transaction.add(generation, items.hash(), items.items(), items.names(), catalogue.snapshot());
    update.apply(new SyncCause.Change(new SyncSet(generation, items.hash()), suspicion));
  }

  private static @Nullable String suspicion(
      SyncTransaction transaction, SyncSet before, SyncItems items) {
    if (before.generation() == 0) {
      return null;
    }
    var names = transaction.names(before.generation());
    Set<String> missing = ShrinkGuard.missing(names, items.names());
    if (!missing.isEmpty()) {
      missing.removeAll(transaction.deletedSince(before.generation(), missing));
    }
    return ShrinkGuard.suspicion(names.size(), items.names().size(), missing).orElse(null);
  }
}
