package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * What becomes of a replay's items after their attempts, and of its counts. What an attempt means
 * for the webhook is recorded with everybody's (ResultStore), before this.
 */
final class ReplayResults {
  // In order, so that recorders never deadlock; before the items, as everybody does it.
  private static final String LOCK =
      "select id from replay where id = any(:ids) order by id for update";

  // Every attempt is logged; an item changes only while the claim is still mine. What is delivered
  // is counted and gone; what is given up stays, for its readers. An operator who cancelled
  // meanwhile has deleted what was not under way: the rest goes here. What waits for another
  // configuration uses up no retries, and holds the whole replay for a while. Index:
  // replay_item_pkey.
  private static final String RECORD =
      """
      with r as (
        select r.*, p.state as replay_state
        from json_to_recordset(cast(:rows as json)) as r(
          event_id uuid, webhook_uid bigint, number int, at timestamptz, status smallint, class_ text, duration_ms int,
          config_version text, request_headers text, response_body text, hint text,
          next text, next_attempt_at timestamptz, waits_for text, not_before timestamptz, replay uuid)
        join replay p on p.id = r.replay
        where r.webhook_uid %s
      ), logged as (
        insert into replay_attempt (event_id, webhook_uid, replay_id, number, at, status, class, duration_ms, config_version,
                                    request_headers, response_body, hint)
        select event_id, webhook_uid, replay, number, at, status, class_, duration_ms, config_version, request_headers, response_body, hint
        from r where config_version <> ''
        on conflict do nothing
      ), gone as (
        delete from replay_item i using r
        where i.replay_id = r.replay and i.event_id = r.event_id and i.claim_owner = :owner and i.claim_number = r.number
          and (r.next in ('delivered', 'cancelled') or r.replay_state = 'cancelled' and r.next = 'retrying')
        returning i.replay_id, r.next = 'delivered' as delivered
      ), given_up as (
        update replay_item i
        set failed = true, attempts = i.attempts + 1, class = r.class_, next_attempt_at = null, claim_owner = null, claim_until = null,
            updated_at = clock_timestamp()
        from r
        where i.replay_id = r.replay and i.event_id = r.event_id and i.claim_owner = :owner and i.claim_number = r.number
          and r.next in ('exhausted', 'blocked')
        returning i.replay_id
      ), kept as (
        update replay_item i
        set attempts = i.attempts + (r.waits_for is null)::int, class = r.class_, next_attempt_at = coalesce(r.next_attempt_at, now()),
            not_before = r.not_before, claim_owner = null, claim_until = null, updated_at = clock_timestamp()
        from r
        where i.replay_id = r.replay and i.event_id = r.event_id and i.claim_owner = :owner and i.claim_number = r.number
          and r.next = 'retrying' and r.replay_state <> 'cancelled'
        returning i.replay_id, r.waits_for is not null as waits
      ), told as (
        select p.id, (select count(*) from gone g where g.replay_id = p.id and g.delivered) as delivered,
               (select count(*) from given_up f where f.replay_id = p.id) as failed,
               (select bool_or(k.waits) from kept k where k.replay_id = p.id) as waits,
               bool_or(r.class_ is null and r.config_version <> '') as worked, bool_or(r.class_ is not null) as failing
        from r join replay p on p.id = r.replay group by p.id
      )
      update replay p
      set delivered = p.delivered + t.delivered, failed = p.failed + t.failed,
          failing = case when t.worked then false else p.failing or coalesce(t.failing, false) end,
          hold_until = case when t.waits then now() + :hold * interval '1 ms'
                            when t.worked or t.failing then null else p.hold_until end
      from told t, replay b
      where p.id = t.id and b.id = p.id
      returning p.id, coalesce(b.failing and t.worked, false) as works_again
      """
          .formatted(Sql.FEW);

  // A receiver that works again is not made to wait for what was planned while it did not, except
  // where it asked for it itself. Index: replay_item_retrying.
  private static final String WORKS_AGAIN =
      """
      update replay_item i set next_attempt_at = greatest(i.not_before, now())
      where i.replay_id = any(:replays) and i.attempts > 0 and not i.failed and i.next_attempt_at > now()
        and coalesce(i.claim_until, '-infinity') < now()
      """;

  // The next of each lane that went on becomes due. Heads are materialized, so that the planner
  // does not take the index of all that wait. Index: replay_item_lane, replay_item_pkey.
  private static final String NEXT_HEADS =
      """
      with lane as (
        select distinct replay, key_id from json_to_recordset(cast(:rows as json)) as r(webhook_uid bigint, key_id bigint, replay uuid)
        where key_id is not null and webhook_uid %s
      ), head as materialized (
        select h.* from lane cross join lateral (
          select o.replay_id, o.event_id, o.next_attempt_at from replay_item o
          where o.replay_id = lane.replay and o.key_id = lane.key_id and not o.failed order by o.position limit 1) h
        where h.next_attempt_at is null
      )
      update replay_item i set next_attempt_at = now()
      from head where i.replay_id = head.replay_id and i.event_id = head.event_id
      """
          .formatted(Sql.FEW);

  private ReplayResults() {}

  /** Records those of these results that replays made, within the transaction of their lanes. */
  static void record(Handle handle, List<AttemptRow> all, UUID owner) {
    List<AttemptRow> rows = all.stream().filter(row -> row.replay() != null).toList();
    if (rows.isEmpty()) {
      return;
    }
    UUID[] replays =
        rows.stream()
            .map(row -> Objects.requireNonNull(row.replay()))
            .distinct()
            .toArray(UUID[]::new);
    handle.createQuery(LOCK).bind("ids", replays).mapTo(UUID.class).list();
    String json = Sql.rows(rows);
    UUID[] again =
        handle
            .createQuery(RECORD)
            .bind("rows", json)
            .bind("owner", owner)
            .bind("hold", Lease.REPLAY_HOLD.toMillis())
            .map((rs, ctx) -> rs.getBoolean("works_again") ? Sql.uuid(rs, "id") : null)
            .stream()
            .filter(Objects::nonNull)
            .toArray(UUID[]::new);
    if (again.length > 0) {
      handle.createUpdate(WORKS_AGAIN).bind("replays", again).execute();
    }
    handle.createUpdate(NEXT_HEADS).bind("rows", json).execute();
  }
}
