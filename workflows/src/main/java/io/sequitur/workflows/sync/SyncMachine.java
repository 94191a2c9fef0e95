package io.sequitur.workflows.sync;

import io.sequitur.workflows.sync.SyncCause.Ack;
import io.sequitur.workflows.sync.SyncCause.Change;
import io.sequitur.workflows.sync.SyncCause.Failure;
import io.sequitur.workflows.sync.SyncCause.Nack;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a sync target, as a function: how it stands, what happens, how it stands
 * then. Whoever calls it holds the lock of the target's row, and knows nothing else of it.
 *
 * <p>A target becomes CLEAN in two ways: it acknowledges the desired generation; or the catalogue
 * is again what it acknowledged, and no later generation ever left. A hash alone proves nothing:
 * whatever left may still be applied.
 */
public final class SyncMachine {
  private SyncMachine() {}

  /** What follows. Whatever does not concern the state it is in changes nothing. */
  public static SyncStanding after(
      SyncStanding standing, SyncCause cause, Instant now, SyncTimes times) {
    SyncDraft draft = new SyncDraft(standing, now, times);
    switch (cause) {
      case Change change -> change(draft, change);
      case SyncCause.Confirm unused -> confirm(draft);
      case SyncCause.Notice notice -> notice(draft, notice.notification());
      case SyncCause.Arrival arrival -> arrival(draft, arrival.notification());
      case Failure failure -> failure(draft, failure);
      case SyncCause.Pull pull -> pull(draft, pull.generation());
      case Ack ack -> ack(draft, ack, standing.floor());
      case Nack nack -> nack(draft, nack, standing.floor());
      case SyncCause.Request unused -> request(draft);
      case SyncCause.Urge unused -> urge(draft);
      case SyncCause.Settings unused -> settings(draft);
      case SyncCause.Time unused -> time(draft);
    }
    return draft.build();
  }

  /** Whether an acknowledgement of this generation is too late to mean anything. */
  public static boolean isLate(SyncStanding standing, long generation) {
    return generation < standing.applied().generation() || generation < standing.floor();
  }

  private static void change(SyncDraft draft, Change change) {
    draft.newest = change.set();
    draft.suppressed = change.suspicion();
    if (change.suspicion() == null) {
      release(draft);
    } else {
      draft.error = change.suspicion();
      draft.suppress();
    }
  }

  private static void confirm(SyncDraft draft) {
    if (draft.suppressed != null) {
      draft.suppressed = null;
      release(draft);
    }
  }

  private static void release(SyncDraft draft) {
    boolean left = draft.desired.generation() > 0 && draft.handedOut >= draft.desired.generation();
    draft.desired = draft.newest;
    if (isNothingNew(draft)) {
      draft.applied = draft.desired;
      draft.clean();
      return;
    }
    supersede(draft, left);
    switch (draft.state) {
      case CLEAN -> draft.dirty();
      // A target that cannot be reached is not reached sooner because there is more to say.
      case DIRTY -> {
        if (draft.failures == 0) {
          draft.dirty();
        }
      }
      case NACKED, SUPPRESSED -> {
        draft.failures = 0;
        draft.error = null;
        draft.dirty();
      }
      // The acknowledgement that is awaited will be of an older generation, or of this one.
      case NOTIFYING, AWAITING_ACK -> {}
    }
  }

  // What left until now may be applied over what leaves from now on, if the target does that: then
  // its acknowledgement counts only if it has looked again when all of it is dead.
  private static void supersede(SyncDraft draft, boolean left) {
    draft.supersededAt = left ? draft.now : draft.supersededAt;
    if (draft.isUnordered()) {
      verify(draft);
    }
  }

  private static void verify(SyncDraft draft) {
    draft.round++;
    draft.verifying = true;
  }

  // Whatever left after what it acknowledged may be applied late, and must be followed by a notice.
  private static boolean isNothingNew(SyncDraft draft) {
    return draft.applied.generation() > 0
        && draft.desired.hash().equals(draft.applied.hash())
        && draft.handedOut <= draft.applied.generation()
        && !draft.verifying
        && draft.state != SyncState.NACKED;
  }

  private static void notice(SyncDraft draft, UUID notification) {
    if (draft.state == SyncState.DIRTY && draft.due()) {
      draft.state = SyncState.NOTIFYING;
      draft.notification = notification;
      draft.noticed = draft.desired.generation();
      draft.looked = false;
      draft.hand(draft.noticed);
      // Whoever sends it may die.
      draft.dueAt = draft.now.plus(SyncTimes.ON_THE_WIRE);
    }
  }

  // The newest set, or nothing at all as it has it already. Whether anything else was still on its
  // way is told by the notice, which is of no round then.
  private static void pull(SyncDraft draft, long generation) {
    draft.hand(generation);
    draft.looked |= draft.desired.is(generation);
  }

  private static void arrival(SyncDraft draft, UUID notification) {
    if (notification.equals(draft.notification)) {
      draft.notified = Math.max(draft.notified, draft.noticed);
      // The acknowledgement may have been faster than the answer.
      if (draft.state == SyncState.NOTIFYING) {
        draft.state = SyncState.AWAITING_ACK;
        draft.dueAt = draft.now.plus(draft.times.untilAck(draft.failures));
      }
    }
  }

  private static void failure(SyncDraft draft, Failure failure) {
    if (draft.state == SyncState.NOTIFYING && failure.notification().equals(draft.notification)) {
      draft.failures++;
      draft.error = failure.reason();
      draft.dirtyIn(longer(draft.times.untilRetry(draft.failures), failure.retryAfter()));
    }
  }

  private static Duration longer(Duration one, @Nullable Duration other) {
    return other == null || other.compareTo(one) < 0 ? one : other;
  }

  private static void ack(SyncDraft draft, Ack ack, long floor) {
    SyncSet set = ack.set();
    if (set.generation() < draft.applied.generation() || set.generation() < floor) {
      return;
    }
    draft.applied = set;
    draft.notified = Math.max(draft.notified, set.generation());
    boolean answersTheLast =
        ack.notification() != null && ack.notification().equals(draft.notification);
    boolean sawIt = draft.looked || !draft.isUnordered();
    if (ack.notification() != null && ack.round() == draft.round && sawIt) {
      draft.verifying = false;
    }
    if (draft.state == SyncState.SUPPRESSED) {
      return;
    }
    boolean waits = draft.state == SyncState.NOTIFYING || draft.state == SyncState.AWAITING_ACK;
    if (draft.desired.is(set.generation()) && !draft.verifying) {
      draft.clean();
    } else if (waits && draft.isUnordered() && draft.desired.is(set.generation())) {
      unproven(draft, answersTheLast && ack.round() == draft.round, answersTheLast);
    } else if (waits && (answersTheLast || movedOn(draft, set))) {
      draft.failures = 0;
      draft.error = null;
      draft.dirty();
    }
  }

  // It says that it has what it should have, and something older may still be applied over that.
  private static void unproven(SyncDraft draft, boolean unseen, boolean answersTheLast) {
    if (unseen) {
      draft.error =
          "It acknowledged without having pulled since the notice: what it has is not known.";
    } else if (answersTheLast || !draft.isQuiet()) {
      draft.failures = 0;
      draft.error = null;
      draft.dirtyWhenQuiet();
    }
  }

  // It has what the notice was about, and something else is desired by now.
  private static boolean movedOn(SyncDraft draft, SyncSet set) {
    return set.generation() >= draft.noticed && !draft.desired.is(set.generation());
  }

  private static void nack(SyncDraft draft, Nack nack, long floor) {
    SyncSet set = nack.set();
    boolean late = set.generation() < draft.applied.generation() || set.generation() < floor;
    // What it has acknowledged it may only refuse when it is asked again.
    boolean settled = draft.applied.is(set.generation()) && !draft.verifying;
    if (late || settled) {
      return;
    }
    draft.notified = Math.max(draft.notified, set.generation());
    boolean waits = draft.state == SyncState.NOTIFYING || draft.state == SyncState.AWAITING_ACK;
    if (draft.state == SyncState.SUPPRESSED) {
      draft.error = draft.suppressed;
    } else if (draft.desired.is(set.generation())) {
      draft.error = nack.reason();
      draft.refuse();
    } else if (waits && movedOn(draft, set)) {
      draft.error = nack.reason();
      draft.failures = 0;
      draft.dirty();
    }
  }

  private static void request(SyncDraft draft) {
    if (draft.state == SyncState.NACKED) {
      draft.dirty();
    } else if (draft.state == SyncState.DIRTY) {
      draft.within(draft.times.debounce());
    }
  }

  private static void urge(SyncDraft draft) {
    verify(draft);
    switch (draft.state) {
      case CLEAN, NACKED -> draft.dirty();
      case DIRTY -> {
        if (draft.failures == 0) {
          draft.dirty();
        }
      }
      // Its acknowledgement will not be of this round.
      case NOTIFYING, AWAITING_ACK, SUPPRESSED -> {}
    }
  }

  // What waits is not put off by longer times, but shorter ones hold at once. What a target said
  // before it was known that it may apply backwards proves nothing: it is asked again.
  private static void settings(SyncDraft draft) {
    if (draft.isUnordered()) {
      verify(draft);
    }
    switch (draft.state) {
      case CLEAN -> {
        if (draft.isUnordered()) {
          draft.dirtyWhenQuiet();
        } else {
          draft.dueAt = later(draft.now, draft.cleanAt, draft.times.untilResync());
        }
      }
      case DIRTY -> {
        if (draft.failures == 0) {
          draft.within(longer(draft.times.debounce(), draft.untilQuiet()));
        }
      }
      case AWAITING_ACK -> draft.within(draft.times.untilAck(draft.failures));
      case NACKED -> draft.within(draft.times.untilSlowRetry());
      case NOTIFYING, SUPPRESSED -> {}
    }
  }

  private static Instant later(Instant now, @Nullable Instant since, Duration wait) {
    return (since == null ? now : since).plus(wait);
  }

  private static void time(SyncDraft draft) {
    if (!draft.due()) {
      return;
    }
    switch (draft.state) {
      case CLEAN -> {
        verify(draft);
        draft.dirtyIn(Duration.ZERO);
      }
      case NOTIFYING -> {
        draft.failures++;
        draft.error = "The notice was lost with the process that sent it.";
        draft.dirtyIn(Duration.ZERO);
      }
      // The next wait for an acknowledgement is longer, so the notice itself need not wait.
      case AWAITING_ACK -> {
        draft.failures++;
        draft.error = "A notice arrived, and no acknowledgement followed in time.";
        draft.dirtyIn(Duration.ZERO);
      }
      case NACKED -> draft.dirtyIn(Duration.ZERO);
      // A notice is due, which leaves as a cause of its own; or nothing ever is.
      case DIRTY, SUPPRESSED -> {}
    }
  }
}
