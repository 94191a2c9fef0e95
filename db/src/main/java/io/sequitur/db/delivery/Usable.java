package io.sequitur.db.delivery;

/**
 * Whether a webhook may be called, of {@code webhook w left join webhook_state s}; never null for a
 * webhook that is there.
 */
public final class Usable {
  /** Whether the engine has not disabled it. */
  public static final String ENABLED = "coalesce(s.status, 'ok') = 'ok'";

  /** For its deliveries: one that has failed for long is probed. */
  static final String LIVE =
      "(w.active and (" + ENABLED + " or coalesce(s.disabled_by = 'failing', false)))";

  /** For replays, which probe nothing. */
  static final String REPLAY = "(w.active and " + ENABLED + ")";

  private Usable() {}
}
