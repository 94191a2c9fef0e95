package io.sequitur.db;

import jakarta.inject.Singleton;
import java.time.Duration;
import org.jdbi.v3.core.Jdbi;

/** How much waits in the whole database, for the operator. */
@Singleton
public final class BacklogStore {
  // The outbox and the open deliveries are small tables as long as things go well; the age comes
  // from the head of the outbox's primary key, which is its oldest row.
  private static final String FIGURES =
      """
      select (select count(*) from outbox) as outbox,
             coalesce((select extract(epoch from clock_timestamp() - e.received_at)
                       from (select event_id from outbox order by seq limit 1) o
                       join event e on e.id = o.event_id), 0) as oldest_seconds,
             (select count(*) from delivery_open) as open,
             (select count(*) from delivery_open where state = 'blocked') as blocked,
             coalesce((select extract(epoch from clock_timestamp() - min(at)) from invalidation), 0) as stale_seconds,
             (select count(*) from uncovered) as uncovered,
             (select count(*) from webhook_state s join webhook w on w.uid = s.webhook_uid where s.breaker = 'open') as open_breakers,
             (select count(*) from webhook_state s join webhook w on w.uid = s.webhook_uid where s.breaker = 'half-open')
               as half_open_breakers,
             (select count(*) from webhook_state s join webhook w on w.uid = s.webhook_uid where s.status = 'disabled') as disabled
      """;

  // Reads no more of the outbox than it has to, and nothing but its first row as long as that is
  // young. Index: outbox_pkey, event_pkey of a day.
  private static final String BEHIND =
      """
      select coalesce((
        select case when e.received_at < clock_timestamp() - :oldest * interval '1 ms'
               then exists (select from outbox order by seq offset :most limit 1) end
        from (select event_id from outbox order by seq limit 1) o %s), false)
      """
          .formatted(Sql.joinEvent("o.event_id"));

  private final Jdbi jdbi;

  BacklogStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Counts, as a gauge wants them.
   *
   * @param outbox events that are not routed yet
   * @param oldestSeconds the age of the oldest of them; 0 without one
   * @param open deliveries that are not finished
   * @param blocked of these, heads of lanes that wait for an operator
   * @param staleSeconds the age of the oldest invalidation that no step 2 has taken; 0 without one
   * @param uncovered tables that something cached is made of and that lack triggers
   * @param openBreakers webhooks whose breaker is open
   * @param halfOpenBreakers webhooks whose breaker is half-open
   * @param disabled webhooks that the engine has disabled
   */
  public record Figures(
      double outbox,
      double oldestSeconds,
      double open,
      double blocked,
      double staleSeconds,
      double uncovered,
      double openBreakers,
      double halfOpenBreakers,
      double disabled) {}

  /** Asks; one statement. */
  public Figures figures() {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(FIGURES)
            .map((rs, ctx) ->
                new Figures(
                    rs.getDouble("outbox"),
                    rs.getDouble("oldest_seconds"),
                    rs.getDouble("open"),
                    rs.getDouble("blocked"),
                    rs.getDouble("stale_seconds"),
                    rs.getDouble("uncovered"),
                    rs.getDouble("open_breakers"),
                    rs.getDouble("half_open_breakers"),
                    rs.getDouble("disabled")))
            .one());
  }

  /** Whether more events wait to be routed than these, and the first for longer than this. */
  public boolean behind(Duration oldest, int most) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(BEHIND)
            .bind("oldest", oldest.toMillis())
            .bind("most", most)
            .mapTo(Boolean.class)
            .one());
  }
}
