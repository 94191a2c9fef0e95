package io.sequitur.db.event;

import io.sequitur.db.event.Observation.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The window of one key, and what an event does to it. Pure: the time is passed in, and never goes
 * back for one window.
 *
 * @param count of a threshold: how many came
 * @param eventId of an absence: the event that waits, if one does
 * @param eventSeq its number in the outbox
 * @param absentSeq of an absence: the highest number of an event that closed it. Routers may meet
 *     two events of a key in either order; what counts is the order in which they came
 */
record Window(
    long count,
    @Nullable UUID eventId,
    long eventSeq,
    long absentSeq,
    Instant openedAt,
    Instant dueAt) {
  /** How long a closed window is remembered: longer than two routings may overlap. */
  static final Duration REMEMBERED = Duration.ofSeconds(10);

  /** What an event did. */
  enum Did {
    /** One more of a threshold. */
    COUNTED,
    /** The one that reached the threshold. */
    FIRED,
    /** It waits for what should follow. */
    WAITING,
    /** An earlier event of its key waits already. */
    JOINED,
    /** What should follow it came, though it was routed first. */
    CALLED_OFF,
    /** It is what should follow. */
    ARRIVED
  }

  /**
   * The window after an event.
   *
   * @param ripe the window before, if it was due and nobody has fired it yet; it still has to fire
   */
  record Step(Window after, Did did, @Nullable Window ripe) {}

  /** No window was ever open. */
  static Window none(Instant now) {
    return new Window(0, null, 0, 0, now, now);
  }

  Step observe(UUID event, long seq, Role role, Instant now) {
    return switch (role) {
      case Role.Counts counts -> count(counts, now);
      case Role.Waits waits -> await(event, seq, waits, now);
    };
  }

  private boolean over(Instant now) {
    return !now.isBefore(dueAt);
  }

  private Step count(Role.Counts role, Instant now) {
    Window open = over(now) ? new Window(0, null, 0, 0, now, now.plus(role.within())) : this;
    Window after = new Window(open.count + 1, null, 0, 0, open.openedAt, open.dueAt);
    return new Step(after, after.count == role.threshold() ? Did.FIRED : Did.COUNTED, null);
  }

  private Step await(UUID event, long seq, Role.Waits role, Instant now) {
    Window ripe = eventId != null && over(now) ? this : null;
    Window open = over(now) ? none(now) : this;
    if (role.closes()) {
      open = open.close(seq, now);
    }
    if (!role.opens()) {
      return new Step(open, Did.ARRIVED, ripe);
    }
    if (open.eventId != null) {
      return new Step(open, Did.JOINED, ripe);
    }
    if (seq < open.absentSeq) {
      return new Step(open, Did.CALLED_OFF, ripe);
    }
    Window waiting = new Window(0, event, seq, open.absentSeq, now, now.plus(role.within()));
    return new Step(waiting, Did.WAITING, ripe);
  }

  private Window close(long seq, Instant now) {
    long absent = Math.max(seq, absentSeq);
    return eventId != null && eventSeq > seq
        ? new Window(0, eventId, eventSeq, absent, openedAt, dueAt)
        : new Window(0, null, 0, absent, now, now.plus(REMEMBERED));
  }
}
