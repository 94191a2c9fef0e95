-- Drops whole days of events that are older than this; a day with something open is kept. What V004, V006 and V012 had of it is past:
-- whoever adds a table that hangs on a day of events adds it here. (Re-run when this file changes.)
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
