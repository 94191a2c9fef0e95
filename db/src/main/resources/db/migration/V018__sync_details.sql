-- Sync targets that cannot apply monotonically, settings that hold at once, and one epoch for all webhooks of a tenant.

-- (Defaults that are constant rewrite nothing: nobody has to be told that the table was changed.)
select set_config('sequitur.attaching', 'on', true);
-- A platform that may apply an answer over a newer one, but not later than `quiet` after that answer ceased to be the newest.
alter table sync_target
  add column monotonic boolean not null default true,
  add column quiet_ms integer not null default 60000 check (quiet_ms between 0 and 86400000);
select set_config('sequitur.attaching', '', true);

create or replace function state_of_sync_target(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language sql stable
as $$
  select t.uid::text, t.tenant, t.name,
         sequitur.shown(to_jsonb(t) - array['resync_ms', 'debounce_ms', 'ack_timeout_ms', 'quiet_ms'] || jsonb_build_object(
           'resync', sequitur.duration_text(t.resync_ms),
           'debounce', sequitur.duration_text(t.debounce_ms),
           'ack_timeout', sequitur.duration_text(t.ack_timeout_ms),
           'quiet', sequitur.duration_text(t.quiet_ms))),
         jsonb_build_object(
           'signingSecret', (select sequitur.digest_of(jsonb_agg(array[encode(g.secret, 'hex'), g.expires_at::text] order by g.id)::text)
                               from sequitur.sync_signing_key g where g.target_uid = t.uid))
    from sequitur.sync_target t where t.uid = any(keys::bigint[])
$$;

alter table sync_state
  -- The version of the target's row whose settings its times follow from.
  add column target_version text,
  -- Since when the desired set is what leaves: all that left before is of another one, and may still be applied for a while.
  add column superseded_at timestamptz,
  -- Whether the target has pulled since the last notice began, with all earlier answers dead.
  add column looked boolean not null default false,
  -- When it became CLEAN; a resync is counted from there.
  add column clean_at timestamptz;

-- Step 2, as before (V010). Besides, one epoch tells of a change of any webhook of a tenant: what a set of triggers is made of is
-- compared without looking at every webhook's. (What makes or deletes webhooks raises `sequitur:triggers`.)
create or replace function drain_invalidation() returns setof bigint
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
    select tenant, 'sequitur:webhooks' from affected
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
