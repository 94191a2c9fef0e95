-- Users' own caches: definitions, which anybody with the scope may write, and what the owner of the schema makes of them.

create table cache (
  tenant     text not null default 'default',
  name       text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  -- A template over the columns of its tables: team:{{ team_id }}:flags
  key        text not null,
  -- As they were written: [{"table", "via": {"table", "join"}}]
  tables     jsonb not null,
  -- The keys it may have, for `like`.
  pattern    text not null generated always as (
    regexp_replace(regexp_replace(key, '([\\%_])', '\\\1', 'g'), '[{]{2}.*?[}]{2}', '%', 'g')) stored,
  version    bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null,
  primary key (tenant, name)
);
create trigger stamp_version before insert or update on cache for each row execute function stamp_version();

-- Its changes are events, like those of the rest of the catalogue (V008).
create function state_of_cache(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language sql stable
as $$
  select k, c.tenant, c.name, sequitur.shown(to_jsonb(c) - 'pattern'), jsonb '{}'
    from unnest(keys) as u(k) join sequitur.cache c on c.tenant = k::json ->> 0 and c.name = k::json ->> 1
$$;
insert into configuration_table (table_name, kind, key, state)
  values ('cache', 'cache', 'json_build_array(r.tenant, r.name)::text', 'state_of_cache');
select attach_configuration_events();

-- What the owner made of a definition. No row, or one of another version: pending.
create table cache_attachment (
  tenant  text   not null,
  name    text   not null,
  version bigint not null,
  -- Why it has no triggers; null: it has.
  problem text,
  at      timestamptz not null default clock_timestamp(),
  primary key (tenant, name)
);

-- Another definition is another meaning of the keys: all of the tenant's are stale then.
insert into registered_table (relation, tenant_of, key_of) values ('sequitur.cache', '%1$s.tenant', '''*''');
select attach_invalidation('sequitur.cache');
alter table cache enable always trigger stamp_version;

-- The state of each cache as it is now: active, pending (the owner has not made its triggers yet), or invalid with the reason.
create view cache_state_now as
  select c.*, case when a.version is distinct from c.version then 'pending' when a.problem is not null then 'invalid'
                   when u.problem is not null then 'invalid' else 'active' end as state,
         case when a.version = c.version then coalesce(a.problem, u.problem) end as problem
    from cache c left join cache_attachment a on a.tenant = c.tenant and a.name = c.name
    left join lateral (
      select min(u.relation || ' ' || u.problem) as problem from registered_table t join uncovered u on u.relation = t.relation
       where t.tenant = c.tenant and t.cache = c.name) u on true;

-- For each key, whether what is cached under it may be used: at the epoch it was asked at before it was loaded, and with nothing
-- pending. A key depends on its own epoch, on those of the caches it may belong to, and on that of all the tenant's caches.
-- STABLE, so all of it is one snapshot, the caller's.
create function cache_state_of(tenant text, keys text[]) returns table (key text, epoch bigint, pending boolean)
  language sql stable security definer
  set search_path = sequitur, pg_temp
as $$
  select k, greatest(
           coalesce((select e.epoch from cache_epoch e where e.tenant = cache_state_of.tenant and e.key = k), 0),
           coalesce((select e.epoch from cache_epoch e where e.tenant = cache_state_of.tenant and e.key = '*'), 0),
           coalesce((select max(e.epoch) from cache c join cache_epoch e on e.tenant = c.tenant and e.key = '*:' || c.name
                      where c.tenant = cache_state_of.tenant and k like c.pattern), 0)),
         exists (
           select from invalidation i left join cache c on c.tenant = i.tenant and c.name = i.cache
            where i.tenant = cache_state_of.tenant
              and (i.via is null and i.key = k
                or (i.via is not null or i.key = '*') and (i.cache is null or k like c.pattern)))
         or exists (
           select from cache_state_now c where c.tenant = cache_state_of.tenant and c.state <> 'active' and k like c.pattern)
    from unnest(keys) with ordinality as u(k, n) order by n
$$;

-- The same for the tenant of the session.
create function cache_state(keys text[]) returns table (key text, epoch bigint, pending boolean)
  language sql stable
  set search_path = sequitur, pg_temp
as $$
  select * from cache_state_of(coalesce(nullif(current_setting('sequitur.tenant', true), ''), 'default'), keys)
$$;

-- SQL of a template over a row, which is %1$s in it, for format(): its columns, as text, between its literal parts. A null column gives no key.
create function template_sql(template text, relation oid) returns text
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_parts  constant text[] := string_to_array(template, '{{');
  v_sql    text := replace(quote_literal(v_parts[1]), '%', '%%');
  v_column text;
begin
  for i in 2 .. cardinality(v_parts) loop
    v_column := btrim(split_part(v_parts[i], '}}', 1));
    if not exists (select from pg_attribute a
                    where a.attrelid = relation and a.attname = v_column and a.attnum > 0 and not a.attisdropped) then
      raise exception 'the table % has no column "%", which the key names', sequitur.full_name(relation), v_column
        using errcode = 'undefined_column';
    end if;
    v_sql := v_sql || ' || %1$s.' || replace(format('%I::text || %L', v_column, substr(v_parts[i], strpos(v_parts[i], '}}') + 2)), '%', '%%');
  end loop;
  return v_sql;
end
$$;

-- A user's table by its name in a definition; it must be one whose every write fires statement triggers.
create function user_table(name text) returns pg_class
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
declare
  v pg_class;
begin
  select c.* into v from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname || '.' || c.relname = case when strpos(name, '.') > 0 then name else 'public.' || name end;
  if v.oid is null then
    raise exception 'there is no table "%"', name using errcode = 'undefined_table';
  elsif v.relkind <> 'r' or v.relispartition or exists (select from pg_inherits i where v.oid in (i.inhparent, i.inhrelid)) then
    raise exception '"%" is not an ordinary table: writes to views, partitions and children fire no trigger of it', name
      using errcode = 'wrong_object_type';
  elsif v.relpersistence <> 'p' then
    raise exception '"%" is temporary or unlogged: a crash empties it without a trace', name using errcode = 'wrong_object_type';
  elsif v.relnamespace = 'sequitur'::regnamespace then
    raise exception '"%" is the engine''s own', name using errcode = 'wrong_object_type';
  end if;
  return v;
end
$$;

-- Registers the tables of one cache. A table that has the key's columns gives the key itself; a related one gives the values it
-- joins with, and step 2 finds the keys. The table it joins with is registered in its own right, so its moves and deletes are known.
create function register_cache(c cache) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_entry jsonb;
  v_table pg_class;
  v_other pg_class;
  v_on    text;
  v_join  text;
begin
  delete from registered_table t where t.tenant = c.tenant and t.cache = c.name;
  for v_entry in select jsonb_array_elements(c.tables) loop
    v_table := user_table(v_entry ->> 'table');
    if v_entry -> 'via' is null then
      insert into registered_table (relation, tenant, cache, tenant_of, key_of)
        values (full_name(v_table.oid), c.tenant, c.name, quote_literal(c.tenant), template_sql(c.key, v_table.oid));
      continue;
    end if;
    v_other := user_table(v_entry #>> '{via,table}');
    if exists (select from jsonb_each_text(v_entry #> '{via,join}') j where not exists (
                 select from pg_attribute a where a.attrelid = v_other.oid and a.attname = j.value and a.attnum > 0 and not a.attisdropped)) then
      raise exception 'the table % lacks a column that % joins with', full_name(v_other.oid), full_name(v_table.oid)
        using errcode = 'undefined_column';
    end if;
    select string_agg(template_sql('{{' || j.key || '}}', v_table.oid), ', ' order by j.key),
           string_agg(format('r.%I = (v.k ->> %s)::%s', a.attname, j.n - 1, format_type(a.atttypid, a.atttypmod)), ' and ' order by j.key)
      into v_join, v_on
      from (select key, value, row_number() over (order by key) as n from jsonb_each_text(v_entry #> '{via,join}')) j
      join pg_attribute a on a.attrelid = v_other.oid and a.attname = j.value;
    insert into registered_table (relation, tenant, cache, tenant_of, key_of, via)
      values (full_name(v_table.oid), c.tenant, c.name, quote_literal(c.tenant),
              format('to_json(array[%s])::text', v_join),
              format('select array_agg(distinct %s) from unnest($1) as u(t) cross join lateral (select u.t::json) v(k) join %I.%I r on %s',
                     format(template_sql(c.key, v_other.oid), 'r'), split_part(full_name(v_other.oid), '.', 1), v_other.relname, v_on));
  end loop;
end
$$;

-- Makes the triggers of every cache that has none for its present definition, or has lost them, and takes away those of caches that
-- are gone. As the owner of the schema, who must own the tables too; each cache succeeds or fails alone. Returns how many are not
-- active afterwards.
create function attach_caches() returns integer
  language plpgsql volatile
  set search_path = sequitur, pg_temp
  set lock_timeout = '1s'
as $$
declare
  v_cache    cache;
  v_before   text[];
  v_relation text;
begin
  perform pg_advisory_xact_lock(hashtext('sequitur'), -3);
  -- Whatever happened to our own tables, a restore for instance, ends here.
  perform note_coverage();
  for v_relation in select distinct t.relation from registered_table t join uncovered u on u.relation = t.relation
                     where t.cache is null and to_regclass(t.relation) is not null order by 1 loop
    perform star_of(v_relation);
    execute format('alter table %s enable always trigger stamp_version', v_relation);
    perform settle_triggers(array[v_relation]);
  end loop;
  for v_cache in
    select c.* from cache c join cache_state_now s on s.tenant = c.tenant and s.name = c.name and s.state <> 'active'
     order by c.tenant, c.name loop
    begin
      v_before := array(select distinct t.relation from registered_table t where t.tenant = v_cache.tenant and t.cache = v_cache.name);
      perform register_cache(v_cache);
      perform settle_triggers(v_before || array(
        select distinct t.relation from registered_table t where t.tenant = v_cache.tenant and t.cache = v_cache.name));
      insert into cache_attachment as a (tenant, name, version) values (v_cache.tenant, v_cache.name, v_cache.version)
        on conflict (tenant, name) do update set version = excluded.version, problem = null, at = clock_timestamp();
      -- Whoever loaded before there were triggers knows nothing of what was written since.
      insert into invalidation (tenant, key) values (v_cache.tenant, '*');
    exception when others then
      -- A table that somebody is writing to for longer than a second is not the definition's fault: it stays pending.
      if sqlstate <> '55P03' then
        insert into cache_attachment as a (tenant, name, version, problem) values (v_cache.tenant, v_cache.name, v_cache.version, sqlerrm)
          on conflict (tenant, name) do update set version = excluded.version, problem = excluded.problem, at = clock_timestamp();
      end if;
    end;
  end loop;
  begin
    with gone as (
      delete from registered_table t where t.cache is not null
         and not exists (select from cache c where c.tenant = t.tenant and c.name = t.cache) returning t.relation)
    select array_agg(distinct relation) into v_before from gone;
    perform settle_triggers(v_before);
    delete from cache_attachment a where not exists (select from cache c where c.tenant = a.tenant and c.name = a.name);
  exception when lock_not_available then
    -- They only say too much; the next time takes them away.
    raise notice 'triggers of a cache that is gone are still in use';
  end;
  return (select count(*) from cache_state_now s where s.state <> 'active');
end
$$;

-- Triggers for tables that are registered, none for those that are not any more. In the order of their names.
create function settle_triggers(relations text[]) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_relation text;
  v_event    text;
  v_oid      oid;
begin
  for v_relation in select distinct r from unnest(relations) as u(r) order by r loop
    v_oid := (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname || '.' || c.relname = v_relation);
    if exists (select from registered_table t where t.relation = v_relation) then
      perform attach_invalidation(v_relation);
    elsif v_oid is not null then
      foreach v_event in array array['insert', 'update', 'delete', 'truncate'] loop
        execute format('drop trigger if exists sequitur_invalidate_%s on %s', v_event, v_oid::regclass);
      end loop;
      delete from registered_statement s where s.relation = v_relation;
    end if;
    delete from uncovered u where u.relation = v_relation;
  end loop;
end
$$;
