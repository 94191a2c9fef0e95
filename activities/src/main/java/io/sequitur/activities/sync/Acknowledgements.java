package io.sequitur.activities.sync;

import io.sequitur.db.sync.SyncTransaction;
import io.sequitur.workflows.sync.SyncCause;
import io.sequitur.workflows.sync.SyncMachine;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What platforms say that they have, and what operators confirm. */
@Singleton
public final class Acknowledgements {
  /** Of what proves nothing. */
  static final long NO_ROUND = -1;

  private final SyncLedger ledger;

  Acknowledgements(SyncLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * What a platform says.
   *
   * @param notification that it answers; null: none
   * @param applied false: it refuses the generation, and {@code detail} says why
   */
  public record Ack(
      long generation, String hash, @Nullable UUID notification, boolean applied, String detail) {}

  /** What is answered. */
  public sealed interface Answer {
    /** It was taken, or is too late to mean anything. */
    record Taken() implements Answer {}

    /** It says something that cannot be. */
    record Refused(String reason) implements Answer {}
  }

  /** Takes an acknowledgement; empty: there is no such target. */
  public Optional<Answer> take(String tenant, String name, Ack ack) {
    return ledger.decide(tenant, name, (update, transaction) -> take(update, transaction, ack));
  }

  private static Answer take(SyncUpdate update, SyncTransaction transaction, Ack ack) {
    SyncStanding standing = update.standing();
    if (update.isAnothers() || SyncMachine.isLate(standing, ack.generation())) {
      return new Answer.Taken();
    }
    Optional<String> hash = transaction.hash(ack.generation());
    if (hash.isEmpty()) {
      return new Answer.Refused(
          "There is no generation %d; the newest is %d."
              .formatted(ack.generation(), standing.newest().generation()));
    }
    if (!hash.get().equals(ack.hash())) {
      return new Answer.Refused(
          "Generation %d has another hash: pull it again.".formatted(ack.generation()));
    }
    if (standing.suppressed() != null && ack.generation() > standing.desired().generation()) {
      return new Answer.Refused(
          "Generation %d is held back until it is confirmed; it was never handed out."
              .formatted(ack.generation()));
    }
    SyncSet set = new SyncSet(ack.generation(), ack.hash());
    Optional<Long> round =
        ack.notification() == null ? Optional.empty() : transaction.round(ack.notification());
    update.apply(
        ack.applied()
            ? new SyncCause.Ack(
                set, round.isPresent() ? ack.notification() : null, round.orElse(NO_ROUND))
            : new SyncCause.Nack(
                set, ack.detail().isBlank() ? "The target gave no reason." : ack.detail()));
    return new Answer.Taken();
  }

  /** Lets the suppressed generation leave, if it is this one; empty: there is no such target. */
  public Optional<Answer> confirm(String tenant, String name, long generation, String actor) {
    return ledger.decide(
        tenant,
        name,
        (update, transaction) -> {
          SyncStanding standing = update.standing();
          if (standing.suppressed() == null) {
            return new Answer.Refused("Nothing is suppressed.");
          }
          if (standing.newest().generation() != generation) {
            return new Answer.Refused(
                "The suppressed generation is %d, not %d: look at it, and confirm that one."
                    .formatted(standing.newest().generation(), generation));
          }
          update.apply(new SyncCause.Confirm());
          transaction.audit(actor, "sync-target.confirm");
          return new Answer.Taken();
        });
  }
}
