-- publish(): an event in the caller's own transaction. Takes no lock that a publisher of another id waits for.
create function publish(
  type text, source text, subject text, data jsonb, partition_key text default null, id text default null)
  returns text
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v_tenant constant text := coalesce(nullif(current_setting('sequitur.tenant', true), ''), 'default');
  v_ce_id  constant text := coalesce(id, gen_random_uuid()::text);
  v_new    constant uuid := new_id();
  v_key    constant text := coalesce(partition_key, subject);
  v_time   constant text := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  v_body   text;
  v_event  uuid;
begin
  if coalesce(type, '') = '' or coalesce(source, '') = '' or v_ce_id = '' then
    raise exception 'publish: type, source and id must not be empty' using errcode = 'invalid_parameter_value';
  end if;
  if type like 'sequitur.%' then
    raise exception 'publish: types that begin with "sequitur." are the engine''s own' using errcode = 'invalid_parameter_value';
  end if;
  if greatest(length(type), length(source), length(subject), length(partition_key), length(v_ce_id)) > 1024 then
    raise exception 'publish: type, source, subject, partition_key and id have at most 1024 characters'
      using errcode = 'invalid_parameter_value';
  end if;
  v_body := '{"specversion":"1.0","id":' || to_json(v_ce_id) || ',"source":' || to_json(source) || ',"type":' || to_json(type)
    || coalesce(',"subject":' || to_json(subject), '')
    || ',"time":' || to_json(v_time)
    || ',"datacontenttype":"application/json"'
    || coalesce(',"partitionkey":' || to_json(partition_key), '')
    || coalesce(',"data":' || data::text, '') || '}';
  if octet_length(v_body) > 262144 then
    raise exception 'publish: the event has % bytes, the limit is 262144', octet_length(v_body)
      using errcode = 'program_limit_exceeded';
  end if;
  insert into dedupe as d (key, event_id) values (digest128(v_tenant, source, v_ce_id), v_new)
    on conflict (key) do update set event_id = d.event_id
    returning d.event_id into v_event;
  if v_event = v_new then
    insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body)
      values (v_new, v_tenant, publish.source, v_ce_id, publish.type, publish.subject, v_time, v_key, v_body);
    insert into outbox (event_id, tenant, partition) values (v_new, v_tenant, partition_of(v_tenant, publish.source, v_key));
  end if;
  return 'evt_' || replace(v_event::text, '-', '');
end
$$;

-- The unit of routing: 64 of them, each under one lock while it is routed. Java never computes this; SQL alone does.
-- No search path of its own, and every name in full: so it is inlined, and costs nothing without a key.
create function partition_of(tenant text, source text, key text) returns smallint
  language sql immutable parallel safe
as $$
  select case when key is null then null
              else (pg_catalog.get_byte(pg_catalog.uuid_send(sequitur.digest128(tenant, source, key)), 0)
                    operator(pg_catalog.%) 64)::pg_catalog.int2 end
$$;

-- Makes the day partitions from yesterday to `days` ahead. The app's role owns nothing, so this runs as the owner.
create function ensure_partitions(days integer) returns integer
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v_day   timestamptz;
  v_table text;
  v_name  text;
  v_made  integer := 0;
begin
  if days not between 0 and 60 then
    raise exception 'ensure_partitions: days must be between 0 and 60, not %', days;
  end if;
  perform pg_advisory_xact_lock(hashtext('sequitur'), -1);
  for v_day in select generate_series(date_trunc('day', now(), 'UTC') - interval '1 day',
                                      date_trunc('day', now(), 'UTC') + make_interval(days => days), interval '1 day') loop
    foreach v_table in array array['event', 'routing', 'delivery_done', 'attempt'] loop
      v_name := v_table || '_' || to_char(v_day at time zone 'UTC', 'YYYYMMDD');
      if to_regclass('sequitur.' || quote_ident(v_name)) is null then
        -- Rows are written once and found by their ids: statistics would never change a plan, and taking them of a growing
        -- day is most of what autovacuum would do.
        execute format('create table sequitur.%I partition of sequitur.%I for values from (%L) to (%L)
                          with (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 2147483647)',
                       v_name, v_table, first_id_at(v_day), first_id_at(v_day + interval '1 day'));
        v_made := v_made + 1;
      end if;
    end loop;
  end loop;
  return v_made;
end
$$;

-- Drops the days that ended more than `retention` ago. A day with an open delivery or action, or an event not routed, is kept whole.
create function drop_partitions(retention interval) returns integer
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
      or exists (select from quarantine q where q.event_id >= v_from and q.event_id < v_to);
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

-- Open and finished deliveries in one list, with the state a user sees.
create view delivery as
  select o.event_id, o.webhook_uid, o.tenant, o.webhook,
         case when o.state = 'blocked' then o.state
              when w.uid is null then 'cancelled'
              when not w.active or s.status = 'disabled' then 'held'
              else o.state end as state,
         o.key_id, o.position, o.attempts, o.class,
         o.next_attempt_at, o.claim_until, o.created_at, o.updated_at
    from delivery_open o
    left join webhook w on w.uid = o.webhook_uid
    left join webhook_state s on s.webhook_uid = o.webhook_uid
  union all
  select d.event_id, d.webhook_uid, d.tenant, d.webhook,
         d.state, d.key_id, d.position, d.attempts, d.class,
         null::timestamptz, null::timestamptz, d.created_at, d.finished_at
    from delivery_done d;

select ensure_partitions(14);
