package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * How many deliveries a webhook's breaker and rate limit let somebody claim, asked under the lock
 * of its state: whoever asks at the same time waits, so one probe is one over all processes. A
 * webhook that is well has no such row, and nobody waits.
 *
 * @param allowed empty: as many as there are places
 */
record Guard(long webhook, Optional<Integer> allowed) {
  // Who was let through and never came back is waited for as long as his lease, by paused_until;
  // then
  // his permits count as free. After the lanes' locks, as recorders of results take them.
  private static final String ALLOWED =
      """
      select case when s.paused_until > now() or s.status = 'disabled' and s.disabled_by = 'gone' then 0
                  when s.breaker = 'open' then 1
                  when s.breaker_given >= s.breaker_places then s.breaker_places
                  else s.breaker_places - s.breaker_given end as allowed
      from webhook_state s
      where s.webhook_uid = :webhook and (s.breaker <> 'closed' or s.paused_until > now())
      for update
      """;

  private static final String GAVE =
      """
      update webhook_state s
      set breaker_given = g.given,
          paused_until = case when s.breaker = 'open' or g.given >= s.breaker_places
                              then now() + (select w.timeout_ms + :slack from webhook w where w.uid = s.webhook_uid) * interval '1 ms' end
      from (select case when breaker_given >= breaker_places then 0 else breaker_given end + :claims as given
            from webhook_state where webhook_uid = :webhook) g
      where s.webhook_uid = :webhook and s.breaker <> 'closed'
      """;

  // Only those of the present round: of an earlier one nobody waits for them. Index:
  // delivery_open_pkey, replay_item_pkey.
  private static final String RETURNED =
      """
      update webhook_state s set breaker_given = greatest(0, s.breaker_given - x.unused), paused_until = null
      from (
        select c.webhook_uid, count(*)::int as unused,
               min(coalesce(d.claim_until, i.claim_until) - (w.timeout_ms + :slack) * interval '1 ms') as claimed_at
        from json_to_recordset(cast(:claims as json)) as c(event_id uuid, webhook_uid bigint, number int, replay uuid)
        left join delivery_open d on c.replay is null and d.event_id = c.event_id and d.webhook_uid = c.webhook_uid
                                 and d.claim_owner = :owner and d.claim_number = c.number
        left join replay_item i on i.replay_id = c.replay and i.event_id = c.event_id
                               and i.claim_owner = :owner and i.claim_number = c.number
        join webhook w on w.uid = c.webhook_uid
        where c.webhook_uid %s and coalesce(d.claim_until, i.claim_until) is not null
        group by c.webhook_uid) x
      where s.webhook_uid = x.webhook_uid and s.breaker <> 'closed' and x.claimed_at >= s.breaker_moved_at
      returning s.webhook_uid
      """
          .formatted(Sql.FEW);

  static Guard of(Handle handle, long webhook) {
    return new Guard(
        webhook,
        handle.createQuery(ALLOWED).bind("webhook", webhook).mapTo(Integer.class).findOne());
  }

  /** Whether the breaker counts what is claimed now. */
  boolean guards() {
    return allowed.isPresent();
  }

  int atMost(int limit) {
    return Math.min(limit, allowed.orElse(limit));
  }

  /** So many were claimed. */
  void gave(Handle handle, int claims) {
    if (claims > 0 && allowed.isPresent()) {
      handle
          .createUpdate(GAVE)
          .bind("webhook", webhook)
          .bind("claims", claims)
          .bind("slack", Lease.SLACK.toMillis())
          .execute();
    }
  }

  /** These claims end unused; returns the webhooks of which others may be let through instead. */
  static List<Long> returned(Handle handle, Collection<ClaimKey> unused, UUID owner) {
    return handle
        .createQuery(RETURNED)
        .bind("claims", Sql.rows(unused))
        .bind("owner", owner)
        .bind("slack", Lease.SLACK.toMillis())
        .mapTo(Long.class)
        .list();
  }
}
