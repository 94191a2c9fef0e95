-- Invalidation costs a bulk write less. Before anything is made of a row, the values that its keys are made of are brought down to
-- the different ones: of 100 000 rows with 100 to a key, 1 000 texts are made and compared instead of 200 000.

-- What a column contributes to keys, so that equal values give equal texts: types whose equality forgives something (1.0 and 1.00,
-- another collation's a and A), or which have none (json), contribute their text.
create function key_part(row_name text, relation oid, column_name text) returns text
  language sql stable
  set search_path = pg_catalog, pg_temp
as $$
  select format(case when a.atttypid in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'bool'::regtype, 'uuid'::regtype, 'date'::regtype)
                     then '%s.%I' else '%s.%I::text collate "C"' end, row_name, a.attname)
    from pg_attribute a where a.attrelid = key_part.relation and a.attname = key_part.column_name and not a.attisdropped
$$;

-- The columns that an expression over a row names, which is %1$s in it, for format().
create function key_columns(expression text) returns text[]
  language sql immutable
  set search_path = pg_catalog, pg_temp
as $$
  select array(select distinct coalesce(replace(m[2], '""', '"'), m[1])
                 from regexp_matches(replace(expression, '%%', ''), '%1\$s\.(?:([a-z_][a-z0-9_$]*)|"((?:[^"]|"")+)")', 'g') as m order by 1)
$$;

-- Writes down what the triggers of a table do. An update counts only rows that it really changed: rows are paired by primary key
-- and compared byte for byte, so a type needs no equality, and another spelling of an equal value is a change. Without a primary key
-- every row counts. A key move is the old row and the new one, which have no partner. The old row's key counts where it is another.
-- Keys are sorted as bytes: sorting 100 000 of them by a language's rules costs more than the update. One may be written twice; step
-- 2 takes each once. (Aliases have a space, because a column may have any other name.)
create or replace function generate_invalidation(relation text) returns void
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_oid     constant oid := relation::regclass;
  v_pk      constant text[] := primary_key_of(v_oid);
  v_columns constant text[] := array(select distinct c from registered_table t, unnest(key_columns(t.key_of || ' ' || t.tenant_of)) as u(c)
                                      where t.relation = generate_invalidation.relation order by c);
  -- Of a row, and of the two that are paired: their columns `sequitur o1`, …, `sequitur n1`, ….
  v_row     text;
  v_pair    text;
  v_old     text;
  v_new     text;
  v_moved   text;
  v_same    text;
  v_stars   text;
  v_entries text;
  v_insert  constant text := 'insert into sequitur.invalidation (key, tenant, cache, via) '
                             'select * from (%s offset 0) as d(key, tenant, cache, via) where key is not null order by key';
begin
  select coalesce(string_agg(format('%s as %I', key_part('"sequitur row"', v_oid, c), c), ', ' order by n), ''),
         coalesce(string_agg(format(', %s as "sequitur o%s", %s as "sequitur n%s"',
                    key_part('"sequitur old"', v_oid, c), n, key_part('"sequitur new"', v_oid, c), n), '' order by n), ''),
         coalesce(string_agg(format('"sequitur o%s" as %I', n, c), ', ' order by n), ''),
         coalesce(string_agg(format('"sequitur n%s" as %I', n, c), ', ' order by n), ''),
         coalesce(string_agg(format('"sequitur o%1$s" is distinct from "sequitur n%1$s"', n), ' or ' order by n), 'false')
    into v_row, v_pair, v_old, v_new, v_moved
    from unnest(v_columns) with ordinality as u(c, n);
  -- (What contains the primary key is different in every row. `offset 0` keeps each key from being made twice, for the condition too.)
  -- An entry asks for its own columns, once each, unless they are all there are, which come nearly so.
  select string_agg(distinct format('(%L::text, %L::text, %L)', t.tenant, t.cache, case when t.cache is null then 'sequitur:*' else '*' end), ', '),
         string_agg(format('select (%s) collate "C", %s, %L::text, %s::integer from %s "sequitur row"',
           format(t.key_of, '"sequitur row"'), format(t.tenant_of, '"sequitur row"'), t.cache,
           case when t.via is null then 'null' else t.id::text end,
           case when k.columns = v_columns then '<rows>'
                when k.columns = '{}' then '(select from <rows> limit 1)'
                else format('(select distinct %s from <rows>)', (select string_agg(quote_ident(c), ', ') from unnest(k.columns) as u(c))) end),
           ' union all ' order by t.id)
    into v_stars, v_entries
    from registered_table t cross join lateral (select key_columns(t.key_of || ' ' || t.tenant_of) as columns) k
   where t.relation = generate_invalidation.relation;
  select string_agg(format('"sequitur old".%1$I = "sequitur new".%1$I', c), ' and ') into v_same from unnest(v_pk) as u(c);

  insert into registered_statement as s (relation, on_insert, on_update, on_delete, on_truncate)
  values (
    generate_invalidation.relation,
    format('with "sequitur rows" as (select distinct %s from new_rows "sequitur row") ', v_row)
      || format(v_insert, replace(v_entries, '<rows>', '"sequitur rows"')),
    case when v_pk is null
      then format('with "sequitur rows" as (select distinct %1$s from old_rows "sequitur row"
                                            union select distinct %1$s from new_rows "sequitur row") ', v_row)
      else format('with "sequitur pairs" as (
                     select %7$s "sequitur old".%1$I is not null as "sequitur o", "sequitur new".%1$I is not null as "sequitur n"%2$s
                       from old_rows "sequitur old" full join new_rows "sequitur new" on %3$s
                      where ("sequitur old" *<> "sequitur new") is not false
                   ), "sequitur rows" as (
                     select %4$s from "sequitur pairs" where "sequitur n"
                     union all
                     select %5$s from "sequitur pairs" where "sequitur o" and (not "sequitur n" or %6$s)
                   ) ', v_pk[1], v_pair, v_same, v_new, v_old, v_moved, case when not v_columns @> v_pk then 'distinct' end) end
      || format(v_insert, replace(v_entries, '<rows>', '"sequitur rows"')),
    format('with "sequitur rows" as (select distinct %s from old_rows "sequitur row") ', v_row)
      || format(v_insert, replace(v_entries, '<rows>', '"sequitur rows"')),
    format('insert into sequitur.invalidation (tenant, cache, key) values %s', v_stars))
  on conflict on constraint registered_statement_pkey do update
    set on_insert = excluded.on_insert, on_update = excluded.on_update, on_delete = excluded.on_delete, on_truncate = excluded.on_truncate;
end
$$;

select attach_invalidation(relation) from (select distinct relation from registered_table where cache is null order by relation) t;
-- Users' tables are attached anew by whoever calls attach_caches() after the migrations: it waits for no one's long transaction.
update cache_attachment set version = -1;
