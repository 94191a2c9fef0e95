-- Whether every table that something cached is made of has its triggers, all of them, enabled for everybody, and of the registry's
-- present state. One row for each thing that is missing, naming the table.

create function coverage() returns table (relation text, problem text)
  language sql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
  with recursive reads (relid, reader) as (
    select c.oid, null::oid from pg_class c where c.relnamespace = to_regnamespace('cached')
    union
    select d.refobjid, r.relid
      from reads r
      join pg_class c on c.oid = r.relid and c.relkind in ('v', 'm')
      join pg_rewrite w on w.ev_class = r.relid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                      and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.relid
  ), base as (
    -- Users' tables are registered without being read by any view of ours.
    select distinct sequitur.full_name(r.relid) as relation, r.relid from reads r join pg_class c on c.oid = r.relid and c.relkind <> 'v'
    union
    select t.relation, c.oid
      from (select distinct relation from sequitur.registered_table) t
      left join (pg_class c join pg_namespace n on n.oid = c.relnamespace) on n.nspname || '.' || c.relname = t.relation
  ), wanted (event, bit) as (
    values ('insert', 4), ('update', 16), ('delete', 8), ('truncate', 32)
  )
  select b.relation, 'is not there' from base b where b.relid is null
  union all
  select b.relation, case c.relkind when 'm' then 'is a materialised view: refreshing it fires no trigger'
                                    when 'f' then 'is a foreign table: nobody knows when it changes'
                                    when 'p' then 'is partitioned: writes to its partitions fire no trigger of it'
                                    else 'is of a kind that has no triggers' end
    from base b join pg_class c on c.oid = b.relid where c.relkind <> 'r'
  union all
  select b.relation, case when c.relispartition then 'is a partition' when c.relpersistence <> 'p' then 'is not logged: a crash empties it'
                          else 'is inherited from, or inherits' end
    from base b join pg_class c on c.oid = b.relid
   where c.relkind = 'r'
     and (c.relispartition or c.relpersistence <> 'p' or exists (select from pg_inherits i where c.oid in (i.inhparent, i.inhrelid)))
  union all
  -- Whose reads are hidden: what a function reads depends on nothing that the catalogue knows.
  select distinct sequitur.full_name(r.relid), format('calls %s, and nobody knows what that reads',
           case d.refclassid when 'pg_proc'::regclass then d.refobjid::regprocedure::text else d.refobjid::regoperator::text end)
    from reads r
    join pg_rewrite w on w.ev_class = r.relid
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                    and d.refclassid in ('pg_proc'::regclass, 'pg_operator'::regclass)
  union all
  select b.relation, case when not exists (select from sequitur.registered_table t where t.relation = b.relation) then
             'is read by a view in schema cached and not registered'
           else 'lacks: ' || string_agg(m.event, ', ' order by m.bit) || ' (a trigger that is always enabled)' end
    from base b
    join pg_class c on c.oid = b.relid and c.relkind = 'r'
    left join sequitur.registered_statement s on s.relation = b.relation
    join wanted m on not exists (
      select from pg_trigger t
       where t.tgrelid = b.relid and not t.tgisinternal and t.tgfoid = 'sequitur.note_invalidation'::regproc
         -- A statement's, after, of this event.
         and t.tgtype = m.bit and t.tgenabled = 'A' and t.tgqual is null and t.tgattr::text = ''
         and t.tgargs = convert_to(s.fingerprint, 'UTF8') || '\x00'::bytea)
   group by b.relation
  union all
  -- Our own rows carry versions, which attempts compare: before each row, inserted or updated.
  select b.relation, 'lacks: stamp_version (a trigger that is always enabled)'
    from base b
   where b.relid is not null
     and exists (select from sequitur.registered_table t where t.relation = b.relation and t.cache is null)
     and not exists (
       select from pg_trigger t
        where t.tgrelid = b.relid and t.tgfoid = 'sequitur.stamp_version'::regproc and t.tgtype = 23 and t.tgenabled = 'A'
          and t.tgqual is null and t.tgattr::text = '')
$$;

-- Notes what coverage() says now, and makes everything stale that depends on a table which was found otherwise than before.
create function note_coverage() returns void
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
begin
  perform star_of(relation) from (
    select coalesce(n.relation, u.relation) as relation
      from (select c.relation, string_agg(c.problem, '; ' order by c.problem) as problem from coverage() c group by c.relation) n
      full join uncovered u on u.relation = n.relation
     where n.problem is distinct from u.problem) d;
  delete from uncovered u where u.relation not in (select c.relation from coverage() c);
  insert into uncovered as u (relation, problem)
    select c.relation, string_agg(c.problem, '; ' order by c.problem) from coverage() c group by c.relation
    on conflict on constraint uncovered_pkey do update set problem = excluded.problem where u.problem <> excluded.problem;
end
$$;

-- Everything that depends on a table is stale. Of one that nobody registered: our own configuration.
create function star_of(relation text) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_sql text := (select s.on_truncate from registered_statement s where s.relation = star_of.relation);
begin
  if v_sql is null then
    insert into invalidation (key) values ('sequitur:*');
  else
    execute v_sql;
  end if;
end
$$;

-- What no trigger sees: a changed type or a new column rewrites rows, and triggers themselves can be switched off. Whoever may do
-- that to a registered table owns it; it is answered in his own transaction, and told (table `schema_change`).
create table schema_change (
  at       timestamptz not null default clock_timestamp(),
  relation text not null,
  command  text not null,
  role     text not null
);

create function note_schema_change() returns event_trigger
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
declare
  v record;
begin
  if current_setting('sequitur.attaching', true) = 'on' then
    return;
  end if;
  if tg_event = 'ddl_command_end' then
    for v in select distinct full_name(coalesce(t.tgrelid, d.objid)) as relation
               from pg_event_trigger_ddl_commands() d
               left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
              where d.classid in ('pg_class'::regclass, 'pg_trigger'::regclass) loop
      perform note_schema_change_of(v.relation, tg_tag);
    end loop;
  else
    for v in select distinct d.address_names[1] || '.' || d.address_names[2] as relation from pg_event_trigger_dropped_objects() d
              where d.object_type in ('table', 'table column', 'trigger', 'table constraint') loop
      perform note_schema_change_of(v.relation, tg_tag);
    end loop;
  end if;
end
$$;

create function note_schema_change_of(relation text, command text) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
begin
  if exists (select from registered_table t where t.relation = note_schema_change_of.relation) then
    insert into schema_change (relation, command, role) values (note_schema_change_of.relation, note_schema_change_of.command, session_user);
    perform star_of(note_schema_change_of.relation);
    perform note_coverage();
  end if;
end
$$;

-- Only a superuser, or who was given the right, makes event triggers; without them the same is found by asking coverage() often.
do $$
begin
  create event trigger sequitur_schema_change on ddl_command_end
    when tag in ('ALTER TABLE', 'CREATE TRIGGER', 'ALTER TRIGGER') execute function sequitur.note_schema_change();
  create event trigger sequitur_schema_drop on sql_drop
    when tag in ('ALTER TABLE', 'DROP TRIGGER', 'DROP TABLE', 'DROP SCHEMA', 'DROP FUNCTION') execute function sequitur.note_schema_change();
  alter event trigger sequitur_schema_change enable always;
  alter event trigger sequitur_schema_drop enable always;
exception when insufficient_privilege then
  raise notice 'no event triggers: changes of registered tables are noticed by asking';
end
$$;
