-- Replays: what was delivered, or given up, is sent once more. The first deliveries stay as they are; a replay has rows of its own.

create table replay (
  id             uuid not null primary key,
  tenant         text not null,
  webhook_uid    bigint not null,
  -- The name it had: replays of a deleted webhook can still be read.
  webhook        text not null,
  -- Which of its deliveries: of events received from `since` until before `until`, of these types (patterns of LIKE; null: any),
  -- in these states.
  since          timestamptz not null,
  until          timestamptz not null,
  types          text[],
  states         text[] not null,
  -- Attempts a second at most; null: as fast as the webhook allows.
  rate           double precision check (rate > 0),
  -- held is derived from the webhook and from hold_until, never stored.
  state          text not null default 'running' check (state in ('running', 'paused', 'completed', 'cancelled')),
  reason         text,
  -- The window is looked through in steps, by id of the event. Ids order nothing: deliveries of lanes are sent only when it
  -- has been looked through to its end, and then by position.
  cursor_event   uuid not null,
  cursor_webhook bigint not null default 0,
  scanned        boolean not null default false,
  -- Counted at the start, and as found when it has been looked through.
  total          bigint not null,
  found          bigint not null default 0,
  delivered      bigint not null default 0,
  failed         bigint not null default 0,
  -- When the rate allows the next attempt.
  paced_until    timestamptz,
  -- The last attempt failed. When one works again, what waits for a retry need not wait longer.
  failing        boolean not null default false,
  -- Until then nothing is tried, as nothing can be sent with the webhook's configuration.
  hold_until     timestamptz,
  -- As webhook_state has them: the number of the last drain that wrote, and when its workflow looks next.
  drain          bigint not null default 0,
  next_look      timestamptz,
  created_by     text not null,
  created_at     timestamptz not null default clock_timestamp(),
  finished_at    timestamptz
) with (fillfactor = 50);
create index replay_by_tenant on replay (tenant, id);
create index replay_open on replay (webhook_uid) where state in ('running', 'paused');

-- What is to be sent, and what was given up; a delivered one is gone, and counted.
create table replay_item (
  replay_id       uuid not null references replay on delete cascade,
  event_id        uuid not null,
  webhook_uid     bigint not null,
  key_id          bigint,
  position        bigint,
  failed          boolean not null default false,
  attempts        integer not null default 0,
  -- Null: behind another of its lane, or given up.
  next_attempt_at timestamptz,
  not_before      timestamptz,
  claim_owner     uuid,
  claim_number    integer not null default 0,
  claim_until     timestamptz,
  class           text,
  updated_at      timestamptz not null default clock_timestamp(),
  primary key (replay_id, event_id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        vacuum_truncate = off);
create index replay_item_due on replay_item (replay_id, event_id) where next_attempt_at is not null;
create index replay_item_waiting on replay_item (replay_id) where next_attempt_at is null and not failed;
create index replay_item_lane on replay_item (replay_id, key_id, position) where key_id is not null and not failed;
create index replay_item_retrying on replay_item (replay_id) where attempts > 0 and not failed;
create index replay_item_failed on replay_item (replay_id, updated_at) where failed;
-- What a lane of live deliveries has to ask: is a replay sending in it?
create index replay_item_heads on replay_item (webhook_uid, key_id) where next_attempt_at is not null and key_id is not null;
-- What a day of events has to ask before it is dropped.
create index replay_item_event on replay_item (event_id);

create table replay_attempt (
  event_id        uuid not null,
  webhook_uid     bigint not null,
  replay_id       uuid not null,
  number          integer not null,
  at              timestamptz not null,
  status          smallint,
  class           text,
  duration_ms     integer not null,
  config_version  text not null,
  request_headers text not null,
  response_body   text,
  hint            text,
  primary key (event_id, webhook_uid, replay_id, number)
);
create index replay_attempt_failed on replay_attempt (replay_id, at) where class is not null;

-- As before, and a day with something that a replay has still to send is kept whole; its attempts go with their day.
create or replace function drop_partitions(retention interval) returns integer
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v_day     timestamptz;
  v_from    uuid;
  v_to      uuid;
  v_table   text;
  v_suffix  text;
  v_dropped integer := 0;
begin
  if retention < interval '1 day' then
    raise exception 'drop_partitions: retention must be at least a day, not %', retention;
  end if;
  perform pg_advisory_xact_lock(hashtext('sequitur'), -1);
  for v_suffix in
    select right(c.relname, 8) from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'sequitur.event'::regclass order by 1 loop
    v_day := to_date(v_suffix, 'YYYYMMDD')::timestamp at time zone 'UTC';
    v_from := first_id_at(v_day);
    v_to := first_id_at(v_day + interval '1 day');
    continue when v_day + interval '1 day' > now() - retention
      or exists (select from delivery_open d where d.event_id >= v_from and d.event_id < v_to)
      or exists (select from action a where a.event_id >= v_from and a.event_id < v_to and a.done_at is null)
      or exists (select from outbox o where o.event_id >= v_from and o.event_id < v_to)
      or exists (select from quarantine q where q.event_id >= v_from and q.event_id < v_to)
      or exists (select from condition_window w where w.event_id >= v_from and w.event_id < v_to)
      or exists (select from replay_item i where i.event_id >= v_from and i.event_id < v_to and not i.failed);
    delete from dedupe d using event e
      where e.id >= v_from and e.id < v_to and d.key = digest128(e.tenant, e.source, e.ce_id) and d.event_id = e.id;
    delete from action a where a.event_id >= v_from and a.event_id < v_to;
    delete from run r where r.id >= v_from and r.id < v_to and r.done_at is not null;
    delete from replay_attempt a where a.event_id >= v_from and a.event_id < v_to;
    delete from replay_item i where i.event_id >= v_from and i.event_id < v_to;
    foreach v_table in array array['attempt', 'delivery_done', 'routing', 'event'] loop
      execute format('drop table if exists sequitur.%I', v_table || '_' || v_suffix);
    end loop;
    v_dropped := v_dropped + 1;
  end loop;
  delete from replay r where r.finished_at < now() - retention;
  return v_dropped;
end
$$;

-- The grants on all tables are not given again unless their file changes.
grant select, insert, update, delete on replay, replay_item, replay_attempt to ${app_role};
