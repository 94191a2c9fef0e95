package io.sequitur.activities.delivery;

import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.BreakerRow;
import io.sequitur.db.delivery.Health;
import io.sequitur.db.delivery.HealthRule;
import io.sequitur.workflows.delivery.Breaker;
import io.sequitur.workflows.delivery.BreakerSignal;
import io.sequitur.workflows.delivery.ClosedBreaker;
import io.sequitur.workflows.delivery.FailureClass;
import io.sequitur.workflows.delivery.HalfOpenBreaker;
import io.sequitur.workflows.delivery.LongFailure;
import io.sequitur.workflows.delivery.OpenBreaker;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Moves a webhook's breaker by results, and ends what has failed for too long. */
@Singleton
final class ReceiverHealth implements HealthRule {
  private static final String CLOSED = "closed";
  private static final String OPEN = "open";
  private static final String HALF_OPEN = "half-open";

  @Override
  public Move after(Health before, List<AttemptRow> results) {
    String why = why(results);
    if ("failing".equals(before.disabledBy())) {
      return probed(before, results, why);
    }
    Breaker breaker = breaker(before.breaker());
    int unused = 0;
    for (AttemptRow result : results) {
      BreakerSignal signal = signal(result);
      unused += signal == BreakerSignal.NOTHING && result.guarded() ? 1 : 0;
      breaker = breaker.after(signal, result.at(), before.now(), before.maxConcurrency());
    }
    Instant since = before.failingSince();
    if (why != null
        && before.disabledBy() == null
        && LongFailure.disables(since, before.failures(), before.now())) {
      String reason = LongFailure.reason(before.failures(), Objects.requireNonNull(since), why);
      return new Move(row(hourly(before)), unused, why, reason, false);
    }
    return new Move(row(breaker), unused, why, null, false);
  }

  // Only 2xx proves that the receiver wants these events again.
  private static Move probed(Health before, List<AttemptRow> results, @Nullable String why) {
    boolean back = results.stream().anyMatch(result -> result.class_() == null);
    Breaker breaker = back ? HalfOpenBreaker.first(before.now(), before.now(), 0) : hourly(before);
    return new Move(row(breaker), 0, why, null, back);
  }

  private static Breaker hourly(Health before) {
    Instant since = before.breaker().since();
    return new OpenBreaker(
        since == null ? before.now() : since,
        before.now(),
        Math.max(1, before.breaker().trips()),
        before.now().plus(LongFailure.PROBE));
  }

  private static BreakerSignal signal(AttemptRow result) {
    return BreakerSignal.of(failure(result), result.status());
  }

  private static @Nullable FailureClass failure(AttemptRow result) {
    return result.class_() == null ? null : FailureClass.valueOf(result.class_());
  }

  /** The last of the failures, in a few words. */
  private static @Nullable String why(List<AttemptRow> results) {
    String why = null;
    for (AttemptRow result : results) {
      if (result.class_() != null && signal(result) != BreakerSignal.NOTHING) {
        why = result.status() == null ? result.class_() : "status " + result.status();
      }
    }
    return why;
  }

  private static Breaker breaker(BreakerRow row) {
    return switch (row.state()) {
      case CLOSED -> new ClosedBreaker(row.failed());
      case OPEN ->
          new OpenBreaker(
              Objects.requireNonNull(row.since()),
              Objects.requireNonNull(row.movedAt()),
              row.trips(),
              // No time: somebody has asked for the probe.
              row.probeAt() == null ? Objects.requireNonNull(row.movedAt()) : row.probeAt());
      case HALF_OPEN ->
          new HalfOpenBreaker(
              Objects.requireNonNull(row.since()),
              Objects.requireNonNull(row.movedAt()),
              row.trips(),
              row.places(),
              row.well(),
              row.failed());
      default -> throw new IllegalStateException("no breaker is " + row.state());
    };
  }

  private static BreakerRow row(Breaker breaker) {
    return switch (breaker) {
      case ClosedBreaker b -> new BreakerRow(CLOSED, null, null, 0, 0, 0, b.failures(), null);
      case OpenBreaker b ->
          new BreakerRow(OPEN, b.since(), b.movedAt(), b.trips(), 0, 0, 0, b.probeAt());
      case HalfOpenBreaker b ->
          new BreakerRow(
              HALF_OPEN, b.since(), b.movedAt(), b.trips(), b.places(), b.well(), b.failed(), null);
    };
  }
}
