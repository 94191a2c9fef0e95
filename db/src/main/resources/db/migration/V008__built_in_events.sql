-- Built-in events: what the engine itself says. A change of the catalogue is an event like any other, in the writer's own
-- transaction, however it was written; so is what the engine decides about a webhook, a delivery or a lane.

-- How many events in a row caused this one (null: none did), and the first of them. See append_event.
alter table event add column depth smallint, add column root uuid;

-- The same digest as before. Every event needs two, and PL/pgSQL keeps its plan, which SQL with a search path of its own does
-- not: a tenth of the time.
create or replace function digest128(variadic parts text[]) returns uuid
  language plpgsql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_part text;
  v_all  text := '';
begin
  foreach v_part in array parts loop
    v_all := v_all || octet_length(v_part) || ':' || v_part;
  end loop;
  return encode(substring(sha256(convert_to(v_all, 'UTF8')) for 16), 'hex')::uuid;
end
$$;

-- Ids as users see them.
create function public_id(prefix text, id uuid) returns text
  language sql immutable parallel safe
as $$
  select prefix || '_' || pg_catalog.replace(id::text, '-', '')
$$;

-- The one way in for events that are made in SQL: body, ledger, event, outbox. Nobody calls it but functions of this schema.
-- An event at the end of a chain of causes is kept and shown, and goes no further.
create function append_event(
  tenant text, type text, source text, subject text, lane text, ce_id text, attributes text, data text, depth integer, root uuid)
  returns uuid
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_longest constant integer := 20;
  v_new     constant uuid := new_id();
  v_time    constant text := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  v_body    constant text :=
    '{"specversion":"1.0","id":' || to_json(ce_id) || ',"source":' || to_json(source) || ',"type":' || to_json(type)
    || coalesce(',"subject":' || to_json(subject), '')
    || ',"time":' || to_json(v_time)
    || ',"datacontenttype":"application/json"'
    || coalesce(attributes, '')
    || coalesce(',"data":' || data, '') || '}';
  v_event   uuid;
begin
  if octet_length(v_body) > 262144 then
    raise exception 'publish: the event has % bytes, the limit is 262144', octet_length(v_body)
      using errcode = 'program_limit_exceeded';
  end if;
  insert into dedupe as d (key, event_id) values (digest128(tenant, source, ce_id), v_new)
    on conflict (key) do update set event_id = d.event_id
    returning d.event_id into v_event;
  if v_event <> v_new then
    return v_event;
  end if;
  insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body, depth, root)
    values (v_new, append_event.tenant, append_event.source, append_event.ce_id, append_event.type, append_event.subject, v_time,
            lane, v_body, append_event.depth, append_event.root);
  if append_event.depth >= v_longest then
    insert into quarantine (event_id, tenant, reason)
      values (v_new, append_event.tenant, format(
        'cut by the loop guard: %s events in a row caused one another, beginning with %s. Something listens to the failures '
        'that it causes itself: let its filter leave them out, such as data.webhook != %s, or mend its receiver.',
        v_longest, public_id('evt', append_event.root), to_json(append_event.subject)));
  else
    insert into outbox (event_id, tenant, partition)
      values (v_new, append_event.tenant, partition_of(append_event.tenant, append_event.source, lane));
  end if;
  return v_new;
end
$$;

-- As before, except that its body is made where the bodies of the engine's own events are made.
create or replace function publish(
  type text, source text, subject text, data jsonb, partition_key text default null, id text default null)
  returns text
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v_tenant constant text := coalesce(nullif(current_setting('sequitur.tenant', true), ''), 'default');
  v_ce_id  constant text := coalesce(id, gen_random_uuid()::text);
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
  return public_id('evt', append_event(
    v_tenant, type, source, subject, coalesce(partition_key, subject), v_ce_id, ',"partitionkey":' || to_json(partition_key),
    data::text, null, null));
end
$$;

-- What the engine publishes because of an event: about a webhook, in one lane with the changes of that webhook. The second
-- and later events of a chain have ids that follow from its beginning, so where several webhooks listen to one another's
-- failures, each is told of once at each depth: a chain costs as many events as there are listeners, not 2 to the power of 20.
create function engine_event(type text, tenant text, webhook text, data text, cause uuid) returns uuid
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v_depth integer;
  v_root  uuid;
begin
  select coalesce(e.depth, 0) + 1, coalesce(e.root, e.id) into v_depth, v_root from event e where e.id = cause;
  v_depth := coalesce(v_depth, 1);
  v_root := coalesce(v_root, cause);
  return append_event(
    tenant, type, '/sequitur/' || tenant || '/webhooks', webhook, webhook,
    case when v_depth = 1 then gen_random_uuid() else digest128(v_root::text, type, webhook, v_depth::text) end::text,
    format(',"sequiturcause":"%s","sequiturdepth":%s', public_id('evt', cause), v_depth), data, v_depth, v_root);
end
$$;

-- The registry: every table that the catalogue is kept in, the kind of thing its rows belong to, and which one of them a row
-- r belongs to. The table that is the thing itself also names the function that reads it as events show it. Who adds a table
-- adds it here, and calls attach_configuration_events().
create table configuration_table (
  table_name text not null primary key,
  kind       text not null,
  key        text not null,
  state      text
);

-- Each thing as its last event showed it, so that the next one can say what changed. A secret is here only as a digest.
create table configuration_state (
  kind    text  not null,
  key     text  not null,
  tenant  text  not null,
  name    text  not null,
  state   jsonb not null,
  secrets jsonb not null,
  primary key (kind, key)
);

-- What a transaction has written to. Its rows never outlive the transaction: its end turns them into events.
create unlogged table configuration_touched (
  transaction xid8 not null,
  kind        text not null,
  key         text not null,
  primary key (transaction, kind, key)
);

-- The text form of a duration, as in the catalogue.
create function duration_text(ms bigint) returns text
  language sql immutable parallel safe
as $$
  select case when ms = 0 then '0s'
              when ms % 86400000 = 0 and ms >= 172800000 then ms / 86400000 || 'd'
              when ms % 3600000 = 0 then ms / 3600000 || 'h'
              when ms % 60000 = 0 then ms / 60000 || 'm'
              when ms % 1000 = 0 then ms / 1000 || 's'
              else ms || 'ms' end
$$;

-- Column names as the API spells them; without what every change changes.
create function shown(config jsonb) returns jsonb
  language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select coalesce(jsonb_object_agg(
           (select string_agg(case when n = 1 then word else initcap(word) end, '' order by n)
              from string_to_table(field, '_') with ordinality as w(word, n)), value), '{}')
    from jsonb_each(config) as c(field, value)
   where field not in ('tenant', 'version', 'created_at', 'updated_at') and value <> 'null'
$$;

create function digest_of(secret text) returns text
  language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select encode(sha256(convert_to(secret, 'UTF8')), 'hex')
$$;

-- The states: shown fields by their names in the API, and digests of what must not be shown by the name of its field.

create function state_of_key_value(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language sql stable
as $$
  select k.id::text, k.tenant, k.name,
         sequitur.shown(jsonb_build_object('name', k.name, 'kind', k.kind, 'value', k.value)),
         jsonb_build_object('value', sequitur.digest_of(encode(k.secret, 'hex')))
    from sequitur.key_value k where k.id = any(keys::bigint[])
$$;

-- The value of a header may be as secret as one that comes from a key-value: nobody can tell.
create function state_of_webhook(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language sql stable
as $$
  select w.uid::text, w.tenant, w.name,
         sequitur.shown(to_jsonb(w) - array['timeout_ms', 'rate_count', 'rate_per_ms'] || jsonb_build_object(
           'timeout', sequitur.duration_text(w.timeout_ms),
           'rate_limit', case when w.rate_count is not null then
             jsonb_build_object('count', w.rate_count, 'per', sequitur.duration_text(w.rate_per_ms)) end,
           'headers', coalesce(
             (select jsonb_agg(case when k.name is null then jsonb_build_object('name', h.name, 'value', '***')
                                    else jsonb_build_object('name', h.name, 'keyValue', k.name) end order by h.ordinal)
                from sequitur.webhook_header h left join sequitur.key_value k on k.id = h.key_value_id
               where h.webhook_uid = w.uid), '[]'))),
         jsonb_build_object(
           'headers', (select sequitur.digest_of(jsonb_agg(h.value order by h.ordinal)::text)
                         from sequitur.webhook_header h where h.webhook_uid = w.uid),
           'signingSecret', (select sequitur.digest_of(jsonb_agg(array[encode(g.secret, 'hex'), g.expires_at::text] order by g.id)::text)
                               from sequitur.signing_key g where g.webhook_uid = w.uid))
    from sequitur.webhook w where w.uid = any(keys::bigint[])
$$;

-- `deliver` is what routing delivers by, whoever wrote it; what was written as the trigger's actions stands beside it.
create function state_of_trigger(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language sql stable
as $$
  select k, t.tenant, t.name,
         sequitur.shown(to_jsonb(t) - array['events', 'filter', 'condition_id'] || jsonb_build_object(
           'on', sequitur.shown(jsonb_build_object('events', t.events, 'filter', t.filter)),
           'deliver', array(select w.name from sequitur.trigger_delivery d join sequitur.webhook w on w.uid = d.webhook_uid
                             where d.tenant = t.tenant and d.trigger = t.name order by w.name))),
         jsonb '{}'
    from unnest(keys) as u(k)
    join sequitur.trigger t on t.tenant = k::json ->> 0 and t.name = k::json ->> 1
$$;

-- A table of its own, made by another migration; it has no secrets.
create function state_of_event_type(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language plpgsql stable
as $$
begin
  return query
  select k, t.tenant, t.name, sequitur.shown(to_jsonb(t)), jsonb '{}'
    from unnest(keys) as u(k)
    join sequitur.event_type t on t.tenant = k::json ->> 0 and t.name = k::json ->> 1;
end
$$;

insert into configuration_table (table_name, kind, key, state) values
  ('key_value', 'key-value', 'r.id::text', 'state_of_key_value'),
  ('event_type', 'event-type', 'json_build_array(r.tenant, r.name)::text', 'state_of_event_type'),
  ('webhook', 'webhook', 'r.uid::text', 'state_of_webhook'),
  ('webhook_header', 'webhook', 'r.webhook_uid::text', null),
  ('signing_key', 'webhook', 'r.webhook_uid::text', null),
  ('trigger', 'trigger', 'json_build_array(r.tenant, r.name)::text', 'state_of_trigger'),
  ('trigger_delivery', 'trigger', 'json_build_array(r.tenant, r.trigger)::text', null);

create function changed_fields(old jsonb, new jsonb) returns setof text
  language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select field from (select jsonb_object_keys(old) union select jsonb_object_keys(new)) as u(field)
   where old -> field is distinct from new -> field
$$;

-- One event. If it is too large, it says what changed, and leaves out what it was and what it is.
create function announce(kind text, tenant text, name text, old jsonb, new jsonb, changed text[]) returns uuid
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_change constant text := case when old is null then 'created' when new is null then 'deleted' else 'updated' end;
  v_data   json := json_build_object('name', name, 'new', new, 'old', old, 'changed', changed);
begin
  if octet_length(v_data::text) > 250000 then
    v_data := json_build_object('name', name, 'changed', changed, 'omitted', array['new', 'old']);
  end if;
  return append_event(
    tenant, 'sequitur.' || kind || '.' || v_change, '/sequitur/' || tenant || '/' || kind || 's', name, name,
    gen_random_uuid()::text, null, v_data::text, null, null);
end
$$;

-- Compares what a transaction has written to with what was last told of it, and tells what changed. The rows of
-- configuration_state are locked first, in a statement of its own: whoever waits for a lock then sees what its holder left,
-- and changes of one thing enter the outbox in the order of their commits.
create function announce_changes(transaction xid8) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_kind record;
  v      record;
begin
  perform from configuration_state s
    where (s.kind, s.key) in (select t.kind, t.key from configuration_touched t where t.transaction = announce_changes.transaction)
    order by s.kind, s.key for update;
  for v_kind in
    select c.kind, c.state, array_agg(t.key) as keys
      from configuration_touched t join configuration_table c on c.kind = t.kind and c.state is not null
     where t.transaction = announce_changes.transaction group by c.kind, c.state order by c.kind loop
    for v in execute format(
      -- What is gone comes first, as its name may have been given to another.
      $q$ select key, coalesce(n.tenant, o.tenant) as tenant, coalesce(n.name, o.name) as name,
                 o.state as old, n.state as new, o.secrets as old_secrets, n.secrets as new_secrets
            from (select * from sequitur.%I($1)) n
            full join (select * from sequitur.configuration_state where kind = $2 and key = any($1)) o using (key)
           where (o.state, o.secrets) is distinct from (n.state, n.secrets)
           order by n.key is not null, tenant, name $q$, v_kind.state) using v_kind.keys, v_kind.kind loop
      perform announce(v_kind.kind, v.tenant, v.name, v.old, v.new, case when v.old is null or v.new is null then '{}' else array(
        select changed_fields(v.old, v.new) union select changed_fields(v.old_secrets, v.new_secrets) order by 1) end);
      if v.new is null then
        delete from configuration_state s where s.kind = v_kind.kind and s.key = v.key;
      else
        insert into configuration_state as s (kind, key, tenant, name, state, secrets)
          values (v_kind.kind, v.key, v.tenant, v.name, v.new, v.new_secrets)
          on conflict (kind, key) do update set
            tenant = excluded.tenant, name = excluded.name, state = excluded.state, secrets = excluded.secrets;
      end if;
    end loop;
  end loop;
  delete from configuration_touched t where t.transaction = announce_changes.transaction;
end
$$;

-- Runs at commit for every thing that was touched. The first run speaks for all; the others find their row gone.
create function announce_at_commit() returns trigger
  language plpgsql security definer
  set search_path = sequitur, pg_temp
as $$
begin
  if exists (select from configuration_touched t
              where t.transaction = new.transaction and t.kind = new.kind and t.key = new.key) then
    perform announce_changes(new.transaction);
  end if;
  return null;
end
$$;
create constraint trigger announce_at_commit after insert on configuration_touched
  deferrable initially deferred for each row execute function announce_at_commit();

-- Makes the triggers of every registered table that exists and has none yet. They run once a statement, however many rows
-- it writes, and note only which things they belong to. What stands at this moment is known, not new.
create function attach_configuration_events() returns integer
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v          configuration_table;
  v_function text;
  v_note     text;
  v_made     integer := 0;
begin
  for v in select * from configuration_table loop
    v_function := 'touch_' || v.table_name;
    continue when to_regclass(format('sequitur.%I', v.table_name)) is null
      or exists (select from pg_trigger where tgrelid = to_regclass(format('sequitur.%I', v.table_name)) and tgname = 'touch_insert');
    v_note := format('insert into configuration_touched select distinct pg_current_xact_id(), %L, %s from %%s r on conflict do nothing;',
                     v.kind, v.key);
    execute format(
      $f$ create function sequitur.%I() returns trigger
            language plpgsql security definer
            set search_path = sequitur, pg_temp
          as $b$
          begin
            case tg_op
              when 'INSERT' then %s
              when 'UPDATE' then %s %s
              when 'DELETE' then %s
              else insert into configuration_touched
                select pg_current_xact_id(), s.kind, s.key from configuration_state s where s.kind = %L on conflict do nothing;
            end case;
            return null;
          end
          $b$ $f$,
      v_function, format(v_note, 'new_rows'), format(v_note, 'old_rows'), format(v_note, 'new_rows'), format(v_note, 'old_rows'), v.kind);
    execute format('create trigger touch_insert after insert on sequitur.%I referencing new table as new_rows
                    for each statement execute function sequitur.%I()', v.table_name, v_function);
    execute format('create trigger touch_update after update on sequitur.%I referencing old table as old_rows new table as new_rows
                    for each statement execute function sequitur.%I()', v.table_name, v_function);
    execute format('create trigger touch_delete after delete on sequitur.%I referencing old table as old_rows
                    for each statement execute function sequitur.%I()', v.table_name, v_function);
    execute format('create trigger touch_truncate after truncate on sequitur.%I
                    for each statement execute function sequitur.%I()', v.table_name, v_function);
    if v.state is not null then
      execute format('insert into configuration_state (kind, key, tenant, name, state, secrets)
                      select %L, s.key, s.tenant, s.name, s.state, s.secrets
                        from sequitur.%I(array(select %s from sequitur.%I r)) s on conflict do nothing',
                     v.kind, v.state, v.key, v.table_name);
    end if;
    v_made := v_made + 1;
  end loop;
  return v_made;
end
$$;

select attach_configuration_events();
