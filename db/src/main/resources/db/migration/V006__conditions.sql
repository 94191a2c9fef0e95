-- Conditions: windows are rows. A trigger's windows belong to its condition_id, which is another one whenever what is counted
-- changes (events, filter, condition) or a trigger is made again: no window is ever counted on under another meaning, and nobody
-- has to delete a hundred thousand rows while a user changes a trigger. What belongs to no trigger any more is swept away.

create sequence condition_number;

alter table trigger add column condition_id bigint;

create function stamp_condition() returns trigger
  language plpgsql
  set search_path = sequitur, pg_temp
as $$
begin
  if new.condition is null then
    new.condition_id := null;
  elsif tg_op = 'INSERT' or old.condition_id is null
      or (new.tenant, new.name, new.events, new.filter, new.condition)
         is distinct from (old.tenant, old.name, old.events, old.filter, old.condition) then
    new.condition_id := nextval('sequitur.condition_number');
  else
    new.condition_id := old.condition_id;
  end if;
  return new;
end
$$;

create trigger stamp_condition before insert or update on trigger for each row execute function stamp_condition();

update trigger set condition = condition where condition is not null;

-- One row per (condition, key). Of a threshold: how many of its window came. Of an absence: the event that waits; without one, only
-- what closed it last, remembered for as long as an earlier event may still be on its way through another router.
create table condition_window (
  condition_id bigint not null,
  -- Stands for the key, which may be long, or absent. A window that is due, and in whose place another was opened before it fired,
  -- goes on under its event's id.
  key_hash     uuid not null,
  tenant       text not null,
  trigger      text not null,
  -- For people; cut.
  key          text,
  count        bigint not null default 0,
  -- The event that opened it, and its number in the outbox: the order in which events came, whoever routes them.
  event_id     uuid,
  event_seq    bigint not null default 0,
  absent_seq   bigint not null default 0,
  opened_at    timestamptz not null,
  due_at       timestamptz not null,
  primary key (condition_id, key_hash)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        vacuum_truncate = off);
create index condition_window_due on condition_window (condition_id, due_at) where event_id is not null;
create index condition_window_over on condition_window (due_at) where event_id is null;
create index condition_window_event on condition_window (event_id) where event_id is not null;

-- The record of a trigger's next look, which decides who has to ring its workflow. No foreign key: as with webhook_state, a user's
-- open transaction on the trigger blocks nobody here.
create table condition_timer (
  tenant    text not null,
  trigger   text not null,
  next_look timestamptz,
  -- The number of the last firing that wrote; a frozen one that wakes up has a lower number and changes nothing.
  firing    bigint not null default 0,
  primary key (tenant, trigger)
) with (fillfactor = 50);

-- What an event meant to the conditions that it touched, as its readers are told.
alter table routing add column conditions jsonb;

-- As in V004, and a day is also kept while an event of it waits in an open window: it may still have to be delivered.
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
      or exists (select from condition_window w where w.event_id >= v_from and w.event_id < v_to);
    delete from dedupe d using event e
      where e.id >= v_from and e.id < v_to and d.key = digest128(e.tenant, e.source, e.ce_id) and d.event_id = e.id;
    delete from action a where a.event_id >= v_from and a.event_id < v_to;
    delete from run r where r.id >= v_from and r.id < v_to and r.done_at is not null;
    foreach v_table in array array['attempt', 'delivery_done', 'routing', 'event'] loop
      execute format('drop table if exists sequitur.%I', v_table || '_' || v_suffix);
    end loop;
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$$;
