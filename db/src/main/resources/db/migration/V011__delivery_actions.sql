-- What operators do to deliveries, and what deliveries wait for besides time.

alter table delivery_open
  -- Its place in the retry schedule is attempts + schedule_offset. A retry of what had used up its schedule begins it again;
  -- the test of a webhook begins behind its end, so it is tried once.
  add column schedule_offset integer not null default 0,
  -- An operator's word while an attempt was under way. The row stays until that attempt is over, so that nothing else of its
  -- lane is sent meanwhile; then it is closed with this state, unless the attempt was answered 2xx.
  add column ending          text check (ending in ('cancelled', 'skipped')),
  -- The configuration and environment it cannot be sent with: another one makes it due.
  add column waits_for       text,
  -- Until then the receiver asked to be left alone. No change of the schedule goes below it.
  add column not_before      timestamptz;
create index delivery_open_ending on delivery_open (claim_until) where ending is not null;
create index delivery_open_waits_for on delivery_open (webhook_uid) where waits_for is not null;
create index delivery_open_blocked on delivery_open (webhook_uid) where state = 'blocked';

-- The schedule that what waits was last planned by: another one plans it anew.
alter table webhook_state add column planned_retry text;

-- Of the worker that started last: what of its environment deliveries may hang on, as a short digest.
create table worker_environment (
  one    boolean not null primary key default true check (one),
  digest text    not null
);
insert into worker_environment (digest) values ('');

-- Who did what, when, and what came of it. Never deleted with the deliveries.
create table audit_log (
  id          bigint generated always as identity primary key,
  at          timestamptz not null default clock_timestamp(),
  tenant      text not null,
  -- An API key's id and name, or 'local' in dev.
  actor       text not null,
  action      text not null,
  webhook_uid bigint,
  event_id    uuid,
  detail      jsonb not null default '{}'
);
create index audit_log_delivery on audit_log (event_id, webhook_uid) where event_id is not null;

-- As before, except that what waits for another configuration is held, that a deleted webhook's deliveries are cancelled
-- whatever they were, and that what is held has no time.
create or replace view delivery as
  select o.event_id, o.webhook_uid, o.tenant, o.webhook,
         case when w.uid is null then 'cancelled'
              when o.ending is not null and coalesce(o.claim_until, '-infinity') < now() then o.ending
              when o.state = 'blocked' then o.state
              when not w.active or s.status = 'disabled' or o.waits_for is not null then 'held'
              else o.state end as state,
         o.key_id, o.position, o.attempts, o.class,
         case when w.active and coalesce(s.status, 'ok') = 'ok' and o.waits_for is null then o.next_attempt_at end
           as next_attempt_at,
         o.claim_until, o.created_at, o.updated_at,
         o.ending,
         case when w.uid is null then 'deleted'
              when s.status = 'disabled' then 'disabled'
              when not w.active then 'inactive'
              else 'usable' end as webhook_use,
         coalesce(w.ordered, false) and o.key_id is not null as laned
    from delivery_open o
    left join webhook w on w.uid = o.webhook_uid
    left join webhook_state s on s.webhook_uid = o.webhook_uid
  union all
  select d.event_id, d.webhook_uid, d.tenant, d.webhook,
         d.state, d.key_id, d.position, d.attempts, d.class,
         null::timestamptz, null::timestamptz, d.created_at, d.finished_at,
         null::text,
         case when w.uid is null then 'deleted'
              when s.status = 'disabled' then 'disabled'
              when not w.active then 'inactive'
              else 'usable' end,
         coalesce(w.ordered, false) and d.key_id is not null
    from delivery_done d
    left join webhook w on w.uid = d.webhook_uid
    left join webhook_state s on s.webhook_uid = d.webhook_uid;

-- Keys of both schemes of Standard Webhooks; the public half of an asymmetric one may be shown.
alter table signing_key
  add column scheme     text not null default 'v1' check (scheme in ('v1', 'v1a')),
  add column public_key text,
  add constraint signing_key_public check ((scheme = 'v1a') = (public_key is not null));

-- One event to one webhook, whatever its filter says: it is routed here, in the transaction that makes it, so no router and no
-- trigger ever sees it. It is tried once: its place is behind the end of every retry schedule.
create function test_webhook(webhook bigint, place integer) returns uuid
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v_tenant text;
  v_name   text;
  v_event  uuid;
  v_run    constant uuid := new_id();
begin
  select w.tenant, w.name into v_tenant, v_name from webhook w where w.uid = test_webhook.webhook;
  if v_name is null then
    return null;
  end if;
  v_event := append_event(
    v_tenant, 'sequitur.webhook.test', '/sequitur/' || v_tenant || '/webhooks', v_name, null, gen_random_uuid()::text, null,
    json_build_object('webhook', v_name)::text, null, null);
  delete from outbox o where o.event_id = v_event;
  insert into run (id, event_ids) values (v_run, array[v_event]);
  insert into routing (event_id, run_id, tenant, triggers) values (v_event, v_run, v_tenant, '{}');
  insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, schedule_offset, next_attempt_at)
    values (v_event, test_webhook.webhook, v_name, v_tenant, 'pending', place, now());
  return v_event;
end
$$;

-- The grants on all tables are not given again unless their file changes. The audit log is only added to.
grant select, insert, update, delete on worker_environment to ${app_role};
grant select, insert on audit_log to ${app_role};
revoke execute on function test_webhook from public;
grant execute on function test_webhook to ${app_role};
