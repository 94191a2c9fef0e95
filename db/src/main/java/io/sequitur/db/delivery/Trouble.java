package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.instant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The engine's word on a webhook, for people: whether all is well, and if not, why, since when, and
 * what comes next.
 *
 * @param status ok, troubled or disabled
 * @param nextProbeAt when an open breaker lets its next attempt through; null while one is under
 *     way
 */
public record Trouble(
    String status,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Instant nextProbeAt) {
  /** Of {@code webhook_state s}, which may be missing. */
  public static final String COLUMNS =
      """
      coalesce(s.status, 'ok') as status, s.reason, s.since, s.disabled_by, coalesce(s.failures, 0) as failures, s.failing_since,
      coalesce(s.breaker, 'closed') as breaker, s.breaker_since, s.breaker_why, s.breaker_places, s.paused_until,
      coalesce(s.breaker_given > 0 and s.paused_until > now(), false) as probing,
      coalesce(s.slow_until > now(), false) as slow
      """;

  /** From {@link #COLUMNS}. */
  public static Trouble of(ResultSet rs) throws SQLException {
    if (rs.getString("status").equals("disabled")) {
      boolean probed = "failing".equals(rs.getString("disabled_by"));
      return new Trouble(
          "disabled",
          rs.getString("reason"),
          instant(rs, "since"),
          probed ? instant(rs, "paused_until") : null);
    }
    Instant since = instant(rs, "breaker_since");
    String why = rs.getString("breaker_why") == null ? "a failure" : rs.getString("breaker_why");
    return switch (rs.getString("breaker")) {
      case "open" ->
          new Trouble(
              "troubled",
              "its breaker is open: attempts failed, the last with "
                  + why
                  + "; one at a time is let through until one is answered"
                  + (rs.getBoolean("probing") ? ", and one is under way" : ""),
              since,
              rs.getBoolean("probing") ? null : instant(rs, "paused_until"));
      case "half-open" ->
          new Trouble(
              "troubled",
              "its breaker is half-open after "
                  + why
                  + ": rounds of 1, 2, 4, … attempts, now "
                  + rs.getInt("breaker_places")
                  + ", until it has all its places back",
              since,
              null);
      default -> closed(rs);
    };
  }

  private static Trouble closed(ResultSet rs) throws SQLException {
    int failures = rs.getInt("failures");
    if (failures >= Lease.TROUBLE_AFTER_FAILURES) {
      return new Trouble(
          "troubled",
          "the last " + failures + " attempts failed",
          instant(rs, "failing_since"),
          null);
    }
    return rs.getBoolean("slow")
        ? new Trouble("troubled", "its answers take longer than 2 s", null, null)
        : new Trouble("ok", null, null, null);
  }
}
