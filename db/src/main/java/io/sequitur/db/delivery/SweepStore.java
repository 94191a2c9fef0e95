package io.sequitur.db.delivery;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Finds, from rows and by age only, what nobody is working on. */
@Singleton
public final class SweepStore {
  private static final String OVERDUE =
      """
      select w.uid from webhook w left join webhook_state s on s.webhook_uid = w.uid
      where %s
        and coalesce(s.paused_until < now() - :age * interval '1 ms', true) and exists (
        select from delivery_open d
        where d.webhook_uid = w.uid and d.next_attempt_at < now() - :age * interval '1 ms'
          and (d.claim_until is null or d.claim_until < now()))
      order by w.uid
      """
          .formatted(Usable.LIVE);

  // A head that still waits although nothing stands before it: its lane's last holder died between
  // two transactions, or `ordered` was switched while it ran. Goes from one lane's head to the
  // next's: what waits behind heads costs nothing. Index: delivery_open_lane.
  private static final String FREE_HEADS =
      """
      with recursive head as (
        (select webhook_uid, key_id, event_id, state, updated_at from delivery_open
         where key_id is not null order by webhook_uid, key_id, position limit 1)
        union all
        select next.* from head cross join lateral (
          select o.webhook_uid, o.key_id, o.event_id, o.state, o.updated_at from delivery_open o
          where o.key_id is not null and (o.webhook_uid, o.key_id) > (head.webhook_uid, head.key_id)
          order by o.webhook_uid, o.key_id, o.position limit 1) next
      )
      update delivery_open d set state = case when d.attempts > 0 then 'retrying' else 'pending' end, next_attempt_at = now()
      from head
      where d.event_id = head.event_id and d.webhook_uid = head.webhook_uid and d.state = 'waiting'
        and head.state = 'waiting' and head.updated_at < now() - :age * interval '1 ms'
      """;

  // What waited for a webhook that was deleted; a delivery on the wire is left to whoever sends it.
  private static final String CANCEL_ORPHANS =
      """
      with gone as (
        delete from delivery_open d
        where not exists (select from webhook w where w.uid = d.webhook_uid) and (d.claim_until is null or d.claim_until < now())
          %s
        returning *
      )
      insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, claim_number, class, created_at)
      select event_id, webhook_uid, webhook, tenant, 'cancelled', key_id, position, attempts, claim_number, class, created_at from gone
      """;

  private static final String CANCEL_ALL_ORPHANS = CANCEL_ORPHANS.formatted("");
  private static final String CANCEL_ORPHANS_OF =
      CANCEL_ORPHANS.formatted("and d.webhook_uid = any(:webhooks)");

  // What an operator ended while an attempt was under way, whose process then died. Its lane goes
  // on by FREE_HEADS. Index: delivery_open_ending.
  private static final String CLOSE_ENDED =
      """
      with ended as (
        delete from delivery_open d where d.ending is not null and (d.claim_until is null or d.claim_until < now())
        returning *
      )
      insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, claim_number, class, created_at)
      select event_id, webhook_uid, webhook, tenant, ending, key_id, position, attempts, claim_number, class, created_at from ended
      """;

  private final Jdbi jdbi;

  SweepStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Webhooks with a delivery that has been due for longer than this, and that nobody has claimed.
   */
  public List<Long> overdue(Duration age) {
    return jdbi.withHandle(
        handle -> handle.createQuery(OVERDUE).bind("age", age.toMillis()).mapTo(Long.class).list());
  }

  public int freeHeads(Duration age) {
    return jdbi.withHandle(
        handle -> handle.createUpdate(FREE_HEADS).bind("age", age.toMillis()).execute());
  }

  /** Cancels what waits for webhooks that are no more. */
  public int cancelOrphans() {
    return jdbi.withHandle(handle -> handle.execute(CANCEL_ALL_ORPHANS));
  }

  /** The same of these webhooks, which have just been changed: some may have been deleted. */
  public int cancelOrphans(Collection<Long> webhooks) {
    return jdbi.withHandle(handle ->
        handle
            .createUpdate(CANCEL_ORPHANS_OF)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .execute());
  }

  /** Closes what was ended during an attempt that never came back. */
  public int closeEnded() {
    return jdbi.withHandle(handle -> handle.execute(CLOSE_ENDED));
  }
}
