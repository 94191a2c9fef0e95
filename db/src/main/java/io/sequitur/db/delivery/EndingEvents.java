package io.sequitur.db.delivery;

import io.sequitur.db.Sql;

/**
 * What the engine says when a delivery ends badly: built-in events, written in the statement that
 * records the result. Their data stands in docs/events.md.
 */
final class EndingEvents {
  // A row without a webhook stands for nobody to ring. Of results that disable a webhook at once,
  // one is named; `since` is this statement's own, so of several recorders one says it. The events
  // are written while they are counted, in order, so that recorders never deadlock.
  static final String SAID_AND_RUNG =
      """
      , gone as (
        select distinct on (webhook_uid) event_id, webhook_uid from r where gone is not null order by webhook_uid, at
      ), ending as (
        select 'sequitur.delivery.exhausted' as type, c.tenant, c.webhook, c.event_id, c.webhook_uid,
               json_build_object('webhook', c.webhook, 'event', public_id('evt', c.event_id),
                 'delivery', public_id('dlv', c.event_id) || '_' || c.webhook_uid, 'attempts', c.attempts,
                 'class', r.class_, 'status', r.status, 'hint', r.hint) as data
        from closed c join r on (r.event_id, r.webhook_uid, r.number) = (c.event_id, c.webhook_uid, c.claim_number) and r.replay is null
        where c.next = 'exhausted'
        union all
        select 'sequitur.lane.blocked', k.tenant, k.webhook, k.event_id, k.webhook_uid,
               json_build_object('webhook', k.webhook, 'source', e.source, 'key', e.partition_key, 'since', now(),
                 'event', public_id('evt', k.event_id),
                 'delivery', public_id('dlv', k.event_id) || '_' || k.webhook_uid, 'class', r.class_, 'hint', r.hint)
        from kept k join r on (r.event_id, r.webhook_uid, r.number) = (k.event_id, k.webhook_uid, k.claim_number) and r.replay is null %s
        where k.state = 'blocked'
        union all
        select 'sequitur.webhook.disabled', w.tenant, w.name, g.event_id, w.uid,
               json_build_object('webhook', w.name, 'reason', cast(:gone as text), 'since', now(),
                 'event', public_id('evt', g.event_id),
                 'delivery', public_id('dlv', g.event_id) || '_' || w.uid)
        from told t join gone g using (webhook_uid) join webhook w on w.uid = t.webhook_uid where t.disabled
      ), said as (
        select count(engine_event(type, tenant, webhook, data::text, event_id)) as events
        from (select * from ending order by type, tenant, webhook, event_id) o
      ), audited as (
        insert into audit_log (tenant, actor, action, webhook_uid, event_id, detail)
        select tenant, 'engine', 'webhook.disable', webhook_uid, event_id, jsonb_build_object('reason', data ->> 'reason')
        from ending where type = 'sequitur.webhook.disabled'
      )
      select t.*, w.max_concurrency, now() as at, said.events
      from said left join told t on true left join webhook w on w.uid = t.webhook_uid
      """
          .formatted(Sql.joinEvent("k.event_id"));

  private EndingEvents() {}
}
