-- capture(): from then on every committed change of a table is an event, written in the transaction of the change. No lock is
-- taken that another writer waits for: rows of the table are locked by their writers before their events exist, which is what gives
-- changes of one row their order.

-- A row's key as text: the value itself, or of several columns a JSON array. It is the event's subject and partition key, so what
-- is very long is cut, and told apart by a digest.
create function row_key(data jsonb, columns text[]) returns text
  language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select case when length(k) <= 1024 then k else left(k, 900) || '#' || encode(sha256(convert_to(k, 'UTF8')), 'hex') end
    from (select case when cardinality(columns) = 1 then data ->> columns[1]
                      else (select jsonb_agg(data -> c order by n) from unnest(columns) with ordinality as u(c, n))::text end) as t(k)
$$;

-- Behind the triggers of captured tables. Arguments: tenant, prefix of the types, source, and the columns of the primary key.
-- Old and new rows are paired by key; a row whose key changes is one that is deleted and one that is created, each in its own lane.
-- (The alias has a space because a column of the table might have any other name.)
create function capture_changes() returns trigger
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
  set jit = off
as $$
declare
  v_tenant constant text := tg_argv[0];
  v_prefix constant text := tg_argv[1];
  v_source constant text := tg_argv[2];
  v_pk     constant text[] := tg_argv[3:];
begin
  if v_prefix = 'sequitur' or v_prefix like 'sequitur.%' then
    raise exception 'types that begin with "sequitur." are the engine''s own' using errcode = 'invalid_parameter_value';
  end if;
  case tg_op
    when 'INSERT' then perform append_changes(v_tenant, v_prefix, v_source,
      array(select row(row_key(to_jsonb("sequitur row"), v_pk), null, to_jsonb("sequitur row"))::captured_change
              from new_rows "sequitur row"));
    when 'DELETE' then perform append_changes(v_tenant, v_prefix, v_source,
      array(select row(row_key(to_jsonb("sequitur row"), v_pk), to_jsonb("sequitur row"), null)::captured_change
              from old_rows "sequitur row"));
    when 'UPDATE' then perform append_changes(v_tenant, v_prefix, v_source, array(
      select row(key, o.data, n.data)::captured_change
        from (select row_key(to_jsonb("sequitur row"), v_pk) as key, to_jsonb("sequitur row") as data from old_rows "sequitur row") o
        full join (select row_key(to_jsonb("sequitur row"), v_pk) as key, to_jsonb("sequitur row") as data from new_rows "sequitur row") n using (key)
       where o.data::text is distinct from n.data::text));
    else perform append_event(
      v_tenant, v_prefix || '.truncated', v_source, null, null, gen_random_uuid()::text, null,
      json_build_object('table', full_name(tg_relid))::text, null, null);
  end case;
  return null;
end
$$;

create type captured_change as (key text, old jsonb, new jsonb);

-- Many events in three statements, however many they are. An event that would be too large says what changed, and leaves out what
-- it was and what it is: a change of the user's never fails because of its size.
create function append_changes(tenant text, prefix text, source text, changes captured_change[]) returns void
  language sql volatile
  set search_path = sequitur, pg_temp
as $$
  with change as materialized (
    select new_id() as id, gen_random_uuid()::text as ce_id, c.key,
           prefix || case when c.old is null then '.created' when c.new is null then '.deleted' else '.updated' end as type,
           c.old, c.new, f.changed
      from unnest(changes) with ordinality as c(key, old, new, n)
      cross join lateral (
        select coalesce(json_agg(coalesce(o.key, x.key) order by coalesce(o.key, x.key)), '[]') as changed
          from jsonb_each(case when c.new is not null then c.old end) o full join jsonb_each(case when c.old is not null then c.new end) x using (key)
         where o.value::text is distinct from x.value::text) f
     order by c.key, c.n
  ), told as materialized (
    select c.*, to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time,
           (case when octet_length(coalesce(c.old::text, '')) + octet_length(coalesce(c.new::text, '')) > 250000
            then json_build_object('changed', c.changed, 'omitted', array['new', 'old'])
            else json_build_object('new', c.new, 'old', c.old, 'changed', c.changed) end)::text as data
      from change c
  ), kept as (
    insert into dedupe (key, event_id) select digest128(append_changes.tenant, append_changes.source, ce_id), id from told
  ), said as (
    insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body)
    select id, append_changes.tenant, append_changes.source, ce_id, type, key, time, key,
           '{"specversion":"1.0","id":"' || ce_id || '","source":' || to_json(append_changes.source) || ',"type":' || to_json(type)
           || ',"subject":' || to_json(key) || ',"time":"' || time || '","datacontenttype":"application/json","data":' || data || '}'
      from told
  )
  insert into outbox (event_id, tenant, partition)
  select id, append_changes.tenant, partition_of(append_changes.tenant, append_changes.source, key) from told
$$;

-- Whose table it is that is captured, and that it can be: the caller makes the triggers himself, so it must be his.
create function capture(relation regclass, type_prefix text, source text default null) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
  set lock_timeout = '1s'
as $$
declare
  v_class  constant pg_class := (select c from pg_class c where c.oid = relation);
  v_tenant constant text := coalesce(nullif(current_setting('sequitur.tenant', true), ''), 'default');
  v_name   constant text := full_name(relation);
  v_pk     constant text[] := primary_key_of(relation);
  v_source constant text := coalesce(source, '/' || replace(v_name, '.', '/'));
  v_table  constant text := format('%I.%I', split_part(v_name, '.', 1), v_class.relname);
  v_event  text;
begin
  if type_prefix !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$' or type_prefix ~ '[.]$' then
    raise exception 'capture: "%" cannot begin a type; write something like com.acme.order', type_prefix
      using errcode = 'invalid_parameter_value';
  elsif type_prefix = 'sequitur' or type_prefix like 'sequitur.%' then
    raise exception 'capture: types that begin with "sequitur." are the engine''s own' using errcode = 'invalid_parameter_value';
  elsif v_source = '' or length(v_source) > 1024 then
    raise exception 'capture: the source must have 1 to 1024 characters' using errcode = 'invalid_parameter_value';
  elsif v_class.relnamespace in ('sequitur'::regnamespace, 'pg_catalog'::regnamespace) then
    raise exception 'capture: % belongs to the engine: an event for each of its changes would never end', v_name
      using errcode = 'invalid_parameter_value';
  elsif v_class.relkind <> 'r' or v_class.relispartition then
    raise exception 'capture: % is not an ordinary table; of a partitioned one, writes to a partition would go unheard', v_name
      using errcode = 'wrong_object_type';
  elsif v_class.relpersistence <> 'p' then
    raise exception 'capture: % is temporary or unlogged; a crash empties it without an event', v_name using errcode = 'wrong_object_type';
  elsif v_pk is null then
    raise exception 'capture: % has no primary key, which is the subject of its events: add one', v_name
      using errcode = 'invalid_parameter_value';
  end if;
  foreach v_event in array array['insert', 'update', 'delete', 'truncate'] loop
    execute format('create or replace trigger sequitur_capture_%s after %1$s on %s %s for each statement
                    execute function sequitur.capture_changes(%L, %L, %L%s)',
      v_event, v_table,
      case v_event when 'insert' then 'referencing new table as new_rows'
                   when 'update' then 'referencing old table as old_rows new table as new_rows'
                   when 'delete' then 'referencing old table as old_rows'
                   else '' end,
      v_tenant, type_prefix, v_source, (select string_agg(', ' || quote_literal(c), '' order by n) from unnest(v_pk) with ordinality as u(c, n)));
    execute format('alter table %s enable always trigger sequitur_capture_%s', v_table, v_event);
  end loop;
end
$$;

create function uncapture(relation regclass) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
  set lock_timeout = '1s'
as $$
declare
  v_event text;
begin
  if not exists (select from pg_trigger t where t.tgrelid = relation and t.tgname = 'sequitur_capture_insert') then
    raise exception 'uncapture: % is not captured', full_name(relation) using errcode = 'undefined_object';
  end if;
  foreach v_event in array array['insert', 'update', 'delete', 'truncate'] loop
    execute format('drop trigger if exists sequitur_capture_%s on %s', v_event, relation::text);
  end loop;
end
$$;
