-- Cache invalidation that cannot be forgotten (design 5.4). Every committed write to a registered table leaves a row here for each
-- key it makes stale; step 2 deletes the rows and raises the epochs of their keys in one transaction. So in any snapshot either the
-- row is still there or the epoch is a new one.

-- Drained by existence, never by a cursor: one that commits late is found by the next drain. No index: it is empty nearly always,
-- and what is looked for in it is nearly always "anything?".
create table invalidation (
  -- Null: the row itself does not say; step 2 finds it out.
  tenant text,
  -- A cache of the user's; null: the engine's own configuration, or a key that a trigger named.
  cache  text,
  -- Of a related row: the entry of registered_table that finds the keys when it is drained. Then `key` holds the values that join.
  via    integer,
  key    text not null,
  -- The event whose trigger asked for it.
  cause  uuid,
  at     timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- All epochs are of one sequence, so none is ever used twice, not even one that was rolled back or whose row is gone.
create sequence epoch_number;

-- Raised only by step 2. Never deleted: what has no row has epoch 0.
create table cache_epoch (
  tenant text   not null,
  key    text   not null,
  epoch  bigint not null,
  primary key (tenant, key)
) with (fillfactor = 70);

-- The registry: every table that something cached is made of, and what a row r of it makes stale. One table may stand here several
-- times. The SQL in it is run as the owner of this schema, so only he writes here: by migrations, and by attach_caches(), which
-- makes it from names that it has looked up.
create table registered_table (
  id        integer generated always as identity primary key,
  relation  text not null,
  -- The user's cache it is registered for; null: the engine's own configuration.
  tenant    text,
  cache     text,
  -- SQL of the tenant and the key of a row, which is %1$s in it, for format(). With `via`, the key is a JSON array of the values that
  -- join.
  tenant_of text not null,
  key_of    text not null,
  -- SQL that finds the keys of those arrays, which are $1.
  via       text,
  check ((tenant is null) = (cache is null))
);

-- What the triggers of a table do, generated from the registry. Triggers carry the fingerprint of theirs: one that reads another
-- here, in a snapshot older than a change of the registry, refuses the write instead of forgetting a key.
create table registered_statement (
  relation    text not null primary key,
  on_insert   text not null,
  on_update   text not null,
  on_delete   text not null,
  on_truncate text not null,
  fingerprint text not null generated always as (md5(on_insert || on_update || on_delete || on_truncate)) stored
);

-- Tables that lost their triggers, or something of them: what depends on them is not served from a cache until that is mended.
create table uncovered (
  relation text not null primary key,
  problem  text not null,
  since    timestamptz not null default clock_timestamp()
);

-- The one function behind all triggers. It takes no lock, and meets nobody: there is nothing unique in `invalidation`.
create function note_invalidation() returns trigger
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
  -- For bulk writes: what does not fit goes to disk, and compiling costs more than the whole statement.
  set work_mem = '32MB'
  set jit = off
as $$
declare
  v registered_statement;
begin
  select * into v from registered_statement s where s.relation = tg_table_schema || '.' || tg_table_name;
  if v.fingerprint is distinct from tg_argv[0] then
    raise exception 'what depends on %.% was registered anew since this transaction began: begin it again',
      tg_table_schema, tg_table_name using errcode = 'serialization_failure';
  end if;
  case tg_op
    when 'INSERT' then execute v.on_insert;
    when 'UPDATE' then execute v.on_update;
    when 'DELETE' then execute v.on_delete;
    else execute v.on_truncate;
  end case;
  return null;
end
$$;

-- The columns of a table's primary key, in its order; null without one.
create function primary_key_of(relation oid) returns text[]
  language sql stable
  set search_path = pg_catalog, pg_temp
as $$
  select array_agg(a.attname::text order by k.n)
    from pg_index i
    cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, n)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
   where i.indrelid = primary_key_of.relation and i.indisprimary
$$;

-- A table's name with its schema, as the registry spells it.
create function full_name(relation oid) returns text
  language sql stable
  set search_path = pg_catalog, pg_temp
as $$
  select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = full_name.relation
$$;

-- Writes down what the triggers of a table do. An update counts only rows that it really changed: rows are paired by primary key
-- and compared byte for byte, so a type needs no equality, and another spelling of an equal value is a change. Without a primary key
-- every row counts. A key move is the old row and the new one, which have no partner. Keys are sorted as bytes: sorting 100 000 of
-- them by a language's rules costs more than the update. (Aliases have a space, because a column may have any other name.)
create function generate_invalidation(relation text) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_pk      constant text[] := primary_key_of(relation::regclass);
  v_all     constant text :=
    'insert into sequitur.invalidation (key, tenant, cache, via) select * from (%s) as d(key, tenant, cache, via) where key is not null order by key';
  v_same    text;
  v_stars   text;
  v_rows    text;
  v_pairs   text;
  v_changed text;
begin
  select string_agg(distinct format('(%L::text, %L::text, %L)', t.tenant, t.cache, case when t.cache is null then 'sequitur:*' else '*' end), ', '),
         string_agg(format('select distinct (%s) collate "C", %s, %L::text, %s::integer from <rows> "sequitur row"',
           format(t.key_of, '"sequitur row"'), format(t.tenant_of, '"sequitur row"'), t.cache,
           case when t.via is null then 'null' else t.id::text end), ' union ' order by t.id),
         string_agg(format('case when "sequitur old".%1$I is not null then (%2$s) end collate "C" as ko%4$s, %3$s as %5$s,
                            case when "sequitur new".%1$I is not null then (%6$s) end collate "C" as kn%4$s, %7$s as tn%4$s',
           coalesce(v_pk[1], ''), format(t.key_of, '"sequitur old"'), format(t.tenant_of, '"sequitur old"'), t.id, 'to' || t.id,
           format(t.key_of, '"sequitur new"'), format(t.tenant_of, '"sequitur new"')), ', ' order by t.id),
         string_agg(format('select ko%1$s, to%1$s, %2$L::text, %3$s::integer from c
                            union select kn%1$s, tn%1$s, %2$L::text, %3$s::integer from c where (kn%1$s, tn%1$s) is distinct from (ko%1$s, to%1$s)',
           t.id, t.cache, case when t.via is null then 'null' else t.id::text end), ' union ' order by t.id)
    into v_stars, v_rows, v_changed, v_pairs
    from registered_table t where t.relation = generate_invalidation.relation;
  select string_agg(format('"sequitur old".%1$I = "sequitur new".%1$I', c), ' and ') into v_same from unnest(v_pk) as u(c);
  insert into registered_statement as s (relation, on_insert, on_update, on_delete, on_truncate)
  values (
    generate_invalidation.relation,
    format(v_all, replace(v_rows, '<rows>', 'new_rows')),
    case when v_pk is null
      then format(v_all, replace(v_rows, '<rows>', '(select * from old_rows union all select * from new_rows)'))
      else format('with c as materialized (
                     select %s from old_rows "sequitur old" full join new_rows "sequitur new" on %s
                      where ("sequitur old" *<> "sequitur new") is not false) ', v_changed, v_same) || format(v_all, v_pairs) end,
    format(v_all, replace(v_rows, '<rows>', 'old_rows')),
    format('insert into sequitur.invalidation (tenant, cache, key) values %s', v_stars))
  on conflict on constraint registered_statement_pkey do update
    set on_insert = excluded.on_insert, on_update = excluded.on_update, on_delete = excluded.on_delete, on_truncate = excluded.on_truncate;
end
$$;

-- Makes the triggers of a registered table, or makes them anew. It waits until everybody who is writing to the table has ended, for
-- a second at most: whoever writes afterwards fires them.
create function attach_invalidation(relation text) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
  set lock_timeout = '1s'
as $$
declare
  v_table constant text := format('%I.%I', split_part(relation, '.', 1), substr(relation, strpos(relation, '.') + 1));
  v_mark  text;
  v_event text;
  v_rows  text;
begin
  -- So that it is not taken for somebody else's change of the schema (V010_3).
  perform set_config('sequitur.attaching', 'on', true);
  execute format('lock table %s in share row exclusive mode', v_table);
  perform generate_invalidation(relation);
  select s.fingerprint into v_mark from registered_statement s where s.relation = attach_invalidation.relation;
  foreach v_event in array array['insert', 'update', 'delete', 'truncate'] loop
    v_rows := case v_event when 'insert' then 'referencing new table as new_rows'
                           when 'update' then 'referencing old table as old_rows new table as new_rows'
                           when 'delete' then 'referencing old table as old_rows'
                           else '' end;
    execute format('create or replace trigger sequitur_invalidate_%s after %1$s on %s %s
                    for each statement execute function sequitur.note_invalidation(%L)', v_event, v_table, v_rows, v_mark);
    execute format('alter table %s enable always trigger sequitur_invalidate_%s', v_table, v_event);
  end loop;
  perform set_config('sequitur.attaching', '', true);
end
$$;

-- Our own configuration. A header and a signing key do not say whose they are; step 2 asks their webhook.
-- `sequitur:triggers` is the set of all that routing matches with.
insert into registered_table (relation, tenant_of, key_of) values
  ('sequitur.webhook', '%1$s.tenant', '''sequitur:webhook:'' || %1$s.uid'),
  ('sequitur.webhook', '%1$s.tenant', '''sequitur:triggers'''),
  ('sequitur.webhook_header', 'null::text', '''sequitur:webhook:'' || %1$s.webhook_uid'),
  ('sequitur.signing_key', 'null::text', '''sequitur:webhook:'' || %1$s.webhook_uid'),
  ('sequitur.key_value', '%1$s.tenant', '''sequitur:key-value:'' || %1$s.id'),
  ('sequitur.trigger', '%1$s.tenant', '''sequitur:trigger:'' || %1$s.name'),
  ('sequitur.trigger', '%1$s.tenant', '''sequitur:triggers'''),
  ('sequitur.trigger_delivery', '%1$s.tenant', '''sequitur:trigger:'' || %1$s.trigger'),
  ('sequitur.trigger_delivery', '%1$s.tenant', '''sequitur:triggers'''),
  ('sequitur.event_type', '%1$s.tenant', '''sequitur:event-type:'' || %1$s.name');

select attach_invalidation(relation) from (select distinct relation from registered_table order by relation) t;

-- Attempts compare versions (ADR 0004), so what gives them must fire for everybody, too.
do $$
declare v_relation text;
begin
  for v_relation in select distinct relation from registered_table order by relation loop
    execute format('alter table %s enable always trigger stamp_version', v_relation);
  end loop;
end
$$;

-- Step 2. Takes every row and raises the epoch of every key it stands for; returns the webhooks whose compiled form is of no use
-- any more, or null among them if all are. The lock is taken in a statement of its own, so what the next one sees is newer than
-- whatever was waited for; holding it, no drain waits for a row.
create function drain_invalidation() returns setof bigint
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
  set jit = off
as $$
declare
  v_taken invalidation[];
  v_found invalidation[];
  v       record;
  v_keys  text[];
begin
  perform pg_advisory_xact_lock(hashtext('sequitur'), -2);
  with gone as (delete from invalidation i returning i.*)
  select array_agg(row(g.tenant, g.cache, g.via, g.key, g.cause, null)::invalidation) into v_taken
    from (select distinct tenant, cache, via, key, cause from gone) g;
  if v_taken is null then
    return;
  end if;

  -- Related rows: their keys are looked up now, not in the writer's transaction, whose snapshot may be older than a move of the
  -- related row that has committed since. A move that commits later leaves rows of its own.
  for v in select t.tenant, t.cache, t.via as finding, u.cause, array_agg(u.key) as keys
             from unnest(v_taken) u join registered_table t on t.id = u.via
            group by t.id, t.tenant, t.cache, t.via, u.cause loop
    begin
      execute v.finding into v_keys using v.keys;
    exception when others then
      -- A table that was changed under its cache must not keep everything else from being drained: all of the cache is stale.
      raise warning 'cache % of tenant %: its keys cannot be looked up (%), all of it is invalidated', v.cache, v.tenant, sqlerrm;
      v_keys := array['*'];
    end;
    v_found := v_found || array(select row(v.tenant, v.cache, null, k, v.cause, null)::invalidation
                                   from unnest(v_keys) as u(k) where k is not null);
  end loop;
  v_found := v_found || array(select u from unnest(v_taken) u where u.via is null);

  return query with affected as (
    select distinct w.uid, w.tenant from (
      select substr(u.key, 18)::bigint as uid from unnest(v_found) u where u.cache is null and u.key like 'sequitur:webhook:%'
      union
      select h.webhook_uid from unnest(v_found) u join webhook_header h on h.key_value_id = substr(u.key, 20)::bigint
       where u.cache is null and u.key like 'sequitur:key-value:%') a
    join webhook w on w.uid = a.uid
  ), stale as (
    select tenant, 'sequitur:webhook:' || uid as key from affected
    union
    select coalesce(u.tenant, ''), case when u.cache is not null and u.key = '*' then '*:' || u.cache else u.key end
      from unnest(v_found) u where u.tenant is not null or u.key = 'sequitur:*'
  ), raised as (
    insert into cache_epoch as c (tenant, key, epoch)
    select s.tenant, s.key, nextval('sequitur.epoch_number') from (select * from stale order by tenant, key) s
    on conflict (tenant, key) do update set epoch = excluded.epoch
  )
  select substr(u.key, 18)::bigint from unnest(v_found) u where u.cache is null and u.key like 'sequitur:webhook:%'
  union select uid from affected
  union select null from unnest(v_found) u where u.key = 'sequitur:*';

  perform announce_invalidation(v_found);
end
$$;

-- Tells users of what they cache: events of at most 200 keys each, in one lane per cache. One that a trigger asked for is caused by
-- the trigger's event, so a trigger that invalidates whenever something was invalidated ends at the loop guard.
create function announce_invalidation(stale invalidation[]) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v       record;
  v_depth integer;
  v_root  uuid;
begin
  for v in
    select tenant, cache, cause, case when bool_or(key = '*') then array['*'] else array_agg(key order by key) end as keys
      from (select u.tenant, u.cache, u.cause, u.key,
                   (row_number() over (partition by u.tenant, u.cache, u.cause order by u.key) - 1) / 200 as part
              from (select distinct x.tenant, x.cache, x.cause, x.key from unnest(stale) x
                     where x.tenant is not null and x.key not like 'sequitur:%') u) p
     group by tenant, cache, cause, part order by tenant, cache, part loop
    select e.depth + 1, e.root into v_depth, v_root
      from (select coalesce(e.depth, 0) as depth, coalesce(e.root, e.id) as root from event e where e.id = v.cause) e;
    perform append_event(
      v.tenant, 'sequitur.cache.invalidated', '/sequitur/' || v.tenant || '/caches', v.cache, v.cache, gen_random_uuid()::text,
      case when v.cause is not null then
        format(',"sequiturcause":"%s","sequiturdepth":%s', public_id('evt', v.cause), coalesce(v_depth, 1)) end,
      json_strip_nulls(json_build_object('cache', v.cache, 'keys', v.keys))::text, v_depth, v_root);
  end loop;
end
$$;

-- What a trigger's action invalidates.
create function invalidate_keys(tenant text, keys text[], cause uuid) returns void
  language sql volatile security definer
  set search_path = sequitur, pg_temp
as $$
  insert into invalidation (tenant, key, cause)
  -- Never one of the engine's own.
  select invalidate_keys.tenant, case when k like 'sequitur:%' then '*' else k end, invalidate_keys.cause from (select distinct k from unnest(keys) as u(k) order by k) x
$$;

-- What loaders read, one plain statement each; nothing else is cached. Whatever is read here, and in views below, must be
-- registered: coverage() finds out.
create schema cached;

create view cached.routing_rule as
  select tenant, 'webhook::' || name as name, events, filter, array[uid] as webhooks, null::text as actions, null::text as condition,
         null::bigint as condition_id
    from sequitur.webhook where active and events is not null
  union all
  select t.tenant, t.name, t.events, t.filter, array(
           select w.uid from sequitur.trigger_delivery d join sequitur.webhook w on w.uid = d.webhook_uid
            where d.tenant = t.tenant and d.trigger = t.name and w.active order by w.uid),
         case when jsonb_path_exists(t.actions, '$[*] ? (!exists(@.deliver))') then t.actions::text end, t.condition::text, t.condition_id
    from sequitur.trigger t;

create view cached.webhook as
  select w.uid, w.tenant, w.name, w.url, w.on_exhausted, w.retry, w.timeout_ms, w.version,
         (select json_agg(json_build_object('name', h.name, 'value', h.value, 'kind', k.kind, 'keyValue', k.name, 'keyValueId', k.id,
                                            'text', k.value, 'secret', encode(k.secret, 'base64')) order by h.ordinal)
            from sequitur.webhook_header h left join sequitur.key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid) as headers,
         (select json_agg(encode(g.secret, 'base64') order by g.id desc) from sequitur.signing_key g
           where g.webhook_uid = w.uid and (g.expires_at is null or g.expires_at > now())) as keys
    from sequitur.webhook w;

create view cached.event_type as select * from sequitur.event_type;
