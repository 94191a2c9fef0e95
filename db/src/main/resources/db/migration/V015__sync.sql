-- Sync targets: platforms that hold a copy of the triggers (design 5.5). What users declare, and the engine's own record of who was
-- told what. Whether a set is still the newest is asked like any cached thing: by epochs, and by what is pending (V010).

create table sync_target (
  -- A name made again is a new target.
  uid            bigint generated always as identity primary key,
  tenant         text not null default 'default',
  name           text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  url            text not null,
  description    text not null default '',
  -- The user's switch: false = gets no notices; pulling goes on.
  active         boolean not null default true,
  mode           text not null default 'notify' check (mode in ('notify', 'push', 'both')),
  resync_ms      bigint not null default 900000 check (resync_ms between 1000 and 604800000),
  debounce_ms    integer not null default 500 check (debounce_ms between 0 and 60000),
  ack_timeout_ms integer not null default 30000 check (ack_timeout_ms between 100 and 3600000),
  version        bigint not null,
  created_at     timestamptz not null default clock_timestamp(),
  updated_at     timestamptz not null,
  unique (tenant, name)
);

create table sync_signing_key (
  id         bigint generated always as identity primary key,
  target_uid bigint not null references sync_target on delete cascade,
  -- Encrypted and bound to the target's uid.
  secret     bytea not null,
  -- Set when a newer key replaces this one: both sign until then.
  expires_at timestamptz,
  version    bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null
);
create index sync_signing_key_target on sync_signing_key (target_uid);

-- Which targets the action `notify` of a trigger names: what keeps a target in use from being deleted.
create table trigger_notification (
  tenant     text not null,
  trigger    text not null,
  target_uid bigint not null references sync_target,
  version    bigint not null,
  updated_at timestamptz not null,
  primary key (tenant, trigger, target_uid),
  foreign key (tenant, trigger) references trigger on delete cascade
);
create index trigger_notification_target on trigger_notification (target_uid);

do $$
declare t text;
begin
  foreach t in array array['sync_target', 'sync_signing_key', 'trigger_notification'] loop
    execute format('create trigger stamp_version before insert or update on sequitur.%I '
                   'for each row execute function sequitur.stamp_version()', t);
    execute format('alter table sequitur.%I enable always trigger stamp_version', t);
  end loop;
end
$$;

-- The engine's own record of a target. By name, and never deleted: whoever is registered under it again, its generations go on, so
-- that no number ever stands for two sets.
create table sync_state (
  tenant          text not null,
  name            text not null,
  -- Which target of that name it speaks of, and where that is.
  target_uid      bigint not null,
  url             text not null,
  state           text not null default 'DIRTY'
    check (state in ('CLEAN', 'DIRTY', 'NOTIFYING', 'AWAITING_ACK', 'NACKED', 'SUPPRESSED')),
  -- The newest generation, and of which state of the catalogue it was read (epochs; null: read again).
  generation      bigint not null default 0,
  hash            text not null default '',
  set_version     text,
  -- The newest one that may leave: `generation`, or an older one while that is suppressed, for this reason.
  desired         bigint not null default 0,
  desired_hash    text not null default '',
  suppressed      text,
  -- The highest that ever left in a notice, a push, or the answer to a pull. Written before its first byte.
  handed_out      bigint not null default 0,
  -- Of the last notice that was begun, and of the last that was answered 2xx.
  noticed         bigint not null default 0,
  notified        bigint not null default 0,
  notification_id uuid,
  -- What it acknowledged.
  applied         bigint not null default 0,
  applied_hash    text,
  -- Acknowledgements below it are of an earlier target of this name.
  floor           bigint not null default 0,
  -- Rises whenever an acknowledgement is asked for although nothing has changed; verifying until one comes for a notice since then.
  round           bigint not null default 0,
  verifying       boolean not null default false,
  -- Notices in a row that came to nothing.
  failures        integer not null default 0,
  -- When something is to be done: what, the state says.
  due_at          timestamptz,
  -- When it was last CLEAN, if it is not; null: it is.
  dirty_since     timestamptz default clock_timestamp(),
  -- When the first of the changes came that the next notice tells of.
  gathering_since timestamptz,
  error           text,
  -- When its workflow looks next: null when none is there to look. Whoever adds an earlier time rings.
  next_look       timestamptz,
  -- The number of the last look that wrote; a frozen one that wakes up has a lower number and changes nothing.
  look            bigint not null default 0,
  -- For digests of what a set must not show.
  salt            uuid not null default gen_random_uuid(),
  updated_at      timestamptz not null default clock_timestamp(),
  primary key (tenant, name)
) with (fillfactor = 50);
create unique index sync_state_target on sync_state (target_uid);

-- The sets themselves, as they were when their generation was given. They never change; of those that nobody can ask for any more
-- only the hash stays, as an acknowledgement may still come.
create table sync_set (
  tenant     text not null,
  name       text not null,
  generation bigint not null,
  hash       text not null,
  -- One for each trigger, by name, in canonical form; their names.
  items      text[],
  names      text[],
  -- What was visible when it was read: tells which deletions came later.
  snapshot   pg_snapshot not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant, name, generation)
);

-- What happened to a target, for people; and of notices, which round they belong to.
create table sync_history (
  id              bigint generated always as identity primary key,
  at              timestamptz not null default clock_timestamp(),
  tenant          text not null,
  name            text not null,
  event           text not null,
  state           text not null,
  generation      bigint,
  notification_id uuid,
  round           bigint,
  detail          text
);
create index sync_history_target on sync_history (tenant, name, id desc);
create unique index sync_history_notice on sync_history (notification_id) where event = 'notice';
create index sync_history_at on sync_history (at);

-- Rows of triggers and webhooks that somebody deleted, by the names that the sets show: what explains a smaller set. TRUNCATE leaves
-- none: nobody named what it deletes. Nor do tenants without a target.
create table sync_deletion (
  tenant text  not null,
  item   text  not null,
  xid    xid8  not null default pg_current_xact_id(),
  at     timestamptz not null default clock_timestamp()
);
create index sync_deletion_item on sync_deletion (tenant, item);
create index sync_deletion_at on sync_deletion (at);

create function note_deletion() returns trigger
  language plpgsql volatile security definer
  set search_path = sequitur, pg_temp
as $$
begin
  insert into sync_deletion (tenant, item)
    select o.tenant, tg_argv[0] || o.name from old_rows o
     where exists (select from sync_state s where s.tenant = o.tenant);
  return null;
end
$$;
create trigger note_deletion after delete on trigger referencing old table as old_rows
  for each statement execute function note_deletion('');
create trigger note_deletion after delete on webhook referencing old table as old_rows
  for each statement execute function note_deletion('webhook::');

-- Changes of targets are events, like those of the rest of the catalogue (V008).
create function state_of_sync_target(keys text[])
  returns table (key text, tenant text, name text, state jsonb, secrets jsonb)
  language sql stable
as $$
  select t.uid::text, t.tenant, t.name,
         sequitur.shown(to_jsonb(t) - array['resync_ms', 'debounce_ms', 'ack_timeout_ms'] || jsonb_build_object(
           'resync', sequitur.duration_text(t.resync_ms),
           'debounce', sequitur.duration_text(t.debounce_ms),
           'ack_timeout', sequitur.duration_text(t.ack_timeout_ms))),
         jsonb_build_object(
           'signingSecret', (select sequitur.digest_of(jsonb_agg(array[encode(g.secret, 'hex'), g.expires_at::text] order by g.id)::text)
                               from sequitur.sync_signing_key g where g.target_uid = t.uid))
    from sequitur.sync_target t where t.uid = any(keys::bigint[])
$$;
insert into configuration_table (table_name, kind, key, state) values
  ('sync_target', 'sync-target', 'r.uid::text', 'state_of_sync_target'),
  ('sync_signing_key', 'sync-target', 'r.target_uid::text', null),
  ('trigger_notification', 'trigger', 'json_build_array(r.tenant, r.trigger)::text', null);
select attach_configuration_events();

insert into registered_table (relation, tenant_of, key_of) values
  ('sequitur.sync_target', '%1$s.tenant', '''sequitur:sync-target:'' || %1$s.name'),
  ('sequitur.sync_signing_key', 'null::text', '''sequitur:sync-target-key:'' || %1$s.target_uid'),
  ('sequitur.trigger_notification', '%1$s.tenant', '''sequitur:trigger:'' || %1$s.trigger');
select attach_invalidation(relation) from unnest(array['sequitur.sync_target', 'sequitur.sync_signing_key', 'sequitur.trigger_notification']) r(relation);

-- Where a notice goes, and what signs it.
create view cached.sync_target as
  select t.*, (select json_agg(encode(g.secret, 'base64') order by g.id desc) from sequitur.sync_signing_key g
                where g.target_uid = t.uid and (g.expires_at is null or g.expires_at > now())) as keys
    from sequitur.sync_target t;

-- What sets are made of. Everything about a webhook that must not be shown stands in `hidden`: it is never stored or sent, only
-- digested, so that a platform learns that something of it has changed. Keys stand there until they are deleted, expired or not, as
-- the passing of time must not change a set.
create view cached.sync_trigger as
  select t.tenant, t.name, t.description, t.events, t.filter, t.actions, t.condition,
         array(select w.name from sequitur.trigger_delivery d join sequitur.webhook w on w.uid = d.webhook_uid
                where d.tenant = t.tenant and d.trigger = t.name) as deliver
    from sequitur.trigger t
  union all
  select tenant, 'webhook::' || name, '', events, filter, '[]', null, array[name]
    from sequitur.webhook where active and events is not null;

create view cached.sync_webhook as
  select w.tenant, w.name, w.url, w.active, w.ordered, w.on_exhausted, w.retry, w.timeout_ms, w.max_concurrency,
         w.rate_count, w.rate_per_ms,
         (select json_agg(json_build_object('name', h.name, 'keyValue', k.name) order by h.ordinal)
            from sequitur.webhook_header h left join sequitur.key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid) as headers,
         json_build_array(
           (select json_agg(json_build_array(h.name, h.value, k.kind, k.value, encode(k.secret, 'base64')) order by h.ordinal)
              from sequitur.webhook_header h left join sequitur.key_value k on k.id = h.key_value_id where h.webhook_uid = w.uid),
           (select json_agg(encode(g.secret, 'base64') order by g.id) from sequitur.signing_key g where g.webhook_uid = w.uid)) as hidden
    from sequitur.webhook w;

-- The grants on all tables are not given again unless their file changes.
grant select, insert, update, delete on sync_target, sync_signing_key, trigger_notification, sync_state, sync_set, sync_history,
  sync_deletion to ${app_role};
grant select on cached.sync_target, cached.sync_trigger, cached.sync_webhook to ${app_role};
grant execute on function state_of_sync_target, note_deletion to ${app_role};
revoke execute on function state_of_sync_target, note_deletion from public;
