package io.sequitur.activities.sync;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.delivery.http.TargetUrl;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncStore.Named;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.db.sync.SyncTransaction;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.delivery.AttemptOutcome;
import io.sequitur.workflows.delivery.SigningKey;
import io.sequitur.workflows.sync.SyncCause;
import io.sequitur.workflows.sync.SyncMode;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncState;
import io.sequitur.workflows.sync.SyncTarget;
import io.sequitur.workflows.sync.SyncTargetRef;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the workflow of a sync target does. */
@Singleton
final class SyncTargetActivity implements SyncTarget, EngineActivity {
  private static final Duration SHORTEST = Duration.ofMillis(50);

  /** Changes may keep coming; the next look tries again. */
  private static final int TRIES = 5;

  private final SyncStore store;
  private final SyncLedger ledger;
  private final NoticeSenders senders;
  private final SecretBox secrets;

  SyncTargetActivity(SyncStore store, SyncLedger ledger, NoticeSenders senders, SecretBox secrets) {
    this.store = store;
    this.ledger = ledger;
    this.senders = senders;
    this.secrets = secrets;
  }

  @Override
  public Look lookAtTarget(SyncTargetRef target, long number) {
    Optional<Named> key = store.begin(target.uid(), number).or(() -> takeOver(target, number));
    if (key.isEmpty()) {
      return new Look(Next.END, null, "sync target " + target.uid() + " is not to be told");
    }
    String tenant = key.get().tenant();
    String name = key.get().name();
    var unused = ledger.settle(tenant, name);
    return store
        .locked(tenant, name, transaction -> look(new SyncUpdate(transaction), number))
        .orElseGet(() -> new Look(Next.END, null, "sync target " + name + " was deleted"));
  }

  // A target that nobody has looked at yet has no row of its own.
  private Optional<Named> takeOver(SyncTargetRef target, long number) {
    return store
        .key(target.uid())
        .filter(key -> ledger.settle(key.tenant(), key.name()).isPresent())
        .flatMap(key -> store.begin(target.uid(), number));
  }

  private static Look look(SyncUpdate update, long number) {
    if (update.row().look() != number) {
      return new Look(Next.END, null, "another look began");
    }
    update.apply(new SyncCause.Time());
    SyncStanding standing = update.standing();
    if (standing.state() == SyncState.DIRTY && standing.isDue(update.now())) {
      update.save();
      return new Look(Next.NOTICE, null, details(update));
    }
    update.settle();
    Instant due = standing.dueAt();
    if (due == null) {
      return new Look(Next.END, null, details(update));
    }
    Duration pause = Duration.between(update.now(), due);
    return new Look(Next.WAIT, pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause, details(update));
  }

  @Override
  public void noticeTarget(SyncTargetRef target, long number) {
    store
        .key(target.uid())
        .ifPresent(key -> {
          Optional<Leaving> leaving = Optional.empty();
          for (int left = TRIES; left > 0 && leaving.isEmpty(); left--) {
            // Its answer may leave: but what is desired may have moved on since.
            var unused = ledger.settle(key.tenant(), key.name());
            leaving =
                ledger.decide(key.tenant(), key.name(), (update, tx) -> begin(update, tx, number));
            if (leaving.isPresent() && leaving.get().unsettled()) {
              leaving = Optional.empty();
            }
          }
          leaving.filter(one -> one.id() != null).ifPresent(one -> send(key, one));
        });
  }

  /**
   * What leaves.
   *
   * @param id null: nothing does
   * @param unsettled a change of what would leave still lacks its step 2
   */
  private record Leaving(
      SyncTargetRow target,
      SyncStanding.SyncSet set,
      @Nullable UUID id,
      String keys,
      @Nullable List<String> items,
      boolean unsettled) {}

  private static Leaving begin(SyncUpdate update, SyncTransaction transaction, long number) {
    boolean mine = update.row().look() == number && !update.isAnothers();
    SyncStanding standing = update.standing();
    boolean due = standing.state() == SyncState.DIRTY && standing.isDue(update.now());
    boolean pending = transaction.seen().pending();
    if (!mine || !due || pending || !update.target().content().active()) {
      return new Leaving(
          update.target(), standing.desired(), null, "[]", null, mine && due && pending);
    }
    UUID id = UUID.randomUUID();
    update.apply(new SyncCause.Notice(id));
    // Where older answers may be applied over newer ones, it has to look for itself in the end.
    boolean look = !update.target().content().monotonic() && update.isQuiet();
    boolean push = !look && SyncMode.of(update.target().content().mode()) != SyncMode.NOTIFY;
    return new Leaving(
        update.target(),
        standing.desired(),
        id,
        transaction.keys(),
        push ? transaction.items(standing.desired().generation()) : null,
        false);
  }

  private void send(Named key, Leaving leaving) {
    UUID id = Objects.requireNonNull(leaving.id, "it leaves");
    SyncCause cause;
    try {
      SyncMode mode =
          leaving.items == null ? SyncMode.NOTIFY : SyncMode.of(leaving.target.content().mode());
      cause = cause(id, senders.of(mode).send(notice(leaving, id)));
    } catch (GeneralSecurityException e) {
      cause =
          new SyncCause.Failure(
              id, "Its signing key was encrypted with another keyset: rotate it.", null);
    } catch (IllegalArgumentException e) {
      cause = new SyncCause.Failure(id, String.valueOf(e.getMessage()), null);
    }
    var unused = ledger.tell(key.tenant(), key.name(), cause);
  }

  private SyncNotice notice(Leaving leaving, UUID id) throws GeneralSecurityException {
    SyncTargetRow target = leaving.target;
    List<SigningKey> keys = new ArrayList<>();
    for (JsonNode sealed : StoredJson.tree(leaving.keys)) {
      byte[] bytes = Base64.getMimeDecoder().decode(sealed.asText());
      keys.add(
          SigningKey.parse(secrets.unseal(bytes, Place.ofSyncKey(target.tenant(), target.uid()))));
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("It has no signing key: rotate it, or give it one.");
    }
    return new SyncNotice(
        target.name(),
        TargetUrl.parse(target.content().url()),
        keys,
        leaving.set,
        id,
        leaving.items);
  }

  private static SyncCause cause(UUID id, AttemptOutcome outcome) {
    return switch (outcome) {
      case AttemptOutcome.Delivered unused -> new SyncCause.Arrival(id);
      case AttemptOutcome.Failed failed ->
          new SyncCause.Failure(id, failed.detail(), failed.retryAfter());
    };
  }

  private static String details(SyncUpdate update) {
    SyncStanding standing = update.standing();
    return "sync target %s: %s, desired generation %d, applied %d"
        .formatted(
            update.target().name(),
            standing.state(),
            standing.desired().generation(),
            standing.applied().generation());
  }
}
