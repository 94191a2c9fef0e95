package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.Delay;
import io.sequitur.db.delivery.Trouble;
import io.sequitur.workflows.text.Durations;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Says in a sentence what keeps something that may be sent from being sent now. */
final class DelayReason {
  private DelayReason() {}

  /**
   * Null when nothing does, beside its own time.
   *
   * @param due when it would be attempted
   */
  static @Nullable String of(Delay delay, Instant due) {
    if (delay.replay() != null) {
      return "Replay %s is sending in its lane: it follows when that attempt is over."
          .formatted(Ids.replay(delay.replay()));
    }
    if (delay.notBefore() != null && !due.isAfter(delay.notBefore())) {
      return "Its receiver asked, by Retry-After, not to be called before %s; `retry` calls it now."
          .formatted(seconds(delay.notBefore()));
    }
    if (!delay.breaker().equals("closed")) {
      return breaker(delay.trouble(), due);
    }
    Delay.Limit limit = delay.limit();
    if (limit == null || delay.pausedUntil() == null || due.isAfter(delay.pausedUntil())) {
      return null;
    }
    return "Its webhook's rate limit of %d per %s is used up: the next attempt is made about %s."
        .formatted(limit.count(), Durations.format(limit.per()), seconds(delay.pausedUntil()));
  }

  private static String breaker(Trouble trouble, Instant due) {
    String since = trouble.since() == null ? "" : " since " + seconds(trouble.since());
    Instant probe = trouble.nextProbeAt();
    String next = "";
    if (probe != null) {
      next =
          due.isAfter(probe)
              ? " The next probe is what comes due first; `retry` asks for one now."
              : " The next probe, at %s, is what is due longest; `retry` asks for one now."
                  .formatted(seconds(probe));
    }
    return "Its webhook has been in trouble%s: %s.%s".formatted(since, trouble.reason(), next);
  }

  /** Why a disabled webhook is off, and what ends that. */
  static String disabled(Trouble trouble) {
    String since = trouble.since() == null ? "" : " since " + seconds(trouble.since());
    String probe =
        trouble.nextProbeAt() == null
            ? ""
            : " The next probe is about %s.".formatted(seconds(trouble.nextProbeAt()));
    return "Its webhook has been disabled%s: %s.%s Enable the webhook, and it goes on by itself."
        .formatted(since, trouble.reason(), probe);
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
