-- What users declare. Every row carries a version from one sequence, given by a trigger, so that hand-written SQL counts too:
-- the list of versions of a set of rows, or the sum of their hashes, changes with every insert, update and delete.

create sequence config_version;

create function stamp_version() returns trigger
  language plpgsql
  set search_path = sequitur, pg_temp
as $$
begin
  new.version := nextval('sequitur.config_version');
  new.updated_at := clock_timestamp();
  return new;
end
$$;

create table key_value (
  id         bigint generated always as identity primary key,
  tenant     text not null default 'default',
  name       text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  kind       text not null check (kind in ('static', 'environment', 'secret')),
  -- The value (static) or the variable's name (environment); a secret is encrypted and bound to tenant and name.
  value      text,
  secret     bytea,
  version    bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null,
  unique (tenant, name),
  check ((kind = 'secret') = (secret is not null) and (kind = 'secret') = (value is null))
);

create table webhook (
  -- A name made again is a new webhook: everything refers to the uid.
  uid             bigint generated always as identity primary key,
  tenant          text not null default 'default',
  name            text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  url             text not null,
  description     text not null default '',
  active          boolean not null default true,
  -- Null: no trigger of its own. Empty: all user events.
  events          text[],
  filter          text,
  ordered         boolean not null default false,
  on_exhausted    text not null default 'block' check (on_exhausted in ('block', 'skip')),
  retry           text not null default '5s 5m 30m 2h 5h 10h 14h 20h 24h',
  timeout_ms      integer not null default 15000 check (timeout_ms between 100 and 30000),
  max_concurrency integer not null default 10 check (max_concurrency between 1 and 100),
  rate_count      integer check (rate_count > 0),
  rate_per_ms     integer check (rate_per_ms > 0),
  version         bigint not null,
  created_at      timestamptz not null default clock_timestamp(),
  updated_at      timestamptz not null,
  unique (tenant, name),
  check ((rate_count is null) = (rate_per_ms is null))
);
create index webhook_version on webhook (version);

create table webhook_header (
  webhook_uid  bigint not null references webhook on delete cascade,
  ordinal      smallint not null,
  name         text not null,
  value        text,
  key_value_id bigint references key_value,
  version      bigint not null,
  updated_at   timestamptz not null,
  primary key (webhook_uid, ordinal),
  check ((value is null) <> (key_value_id is null))
);
create index webhook_header_key_value on webhook_header (key_value_id) where key_value_id is not null;

create table signing_key (
  id          bigint generated always as identity primary key,
  webhook_uid bigint not null references webhook on delete cascade,
  -- Encrypted and bound to the webhook's uid.
  secret      bytea not null,
  -- Set when a newer key replaces this one: both sign until then.
  expires_at  timestamptz,
  version     bigint not null,
  created_at  timestamptz not null default clock_timestamp(),
  updated_at  timestamptz not null
);
create index signing_key_webhook on signing_key (webhook_uid);

create table trigger (
  tenant      text not null default 'default',
  -- webhook::<name> is generated from the webhook of that name and never stored.
  name        text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  description text not null default '',
  events      text[] not null,
  filter      text,
  version     bigint not null,
  created_at  timestamptz not null default clock_timestamp(),
  updated_at  timestamptz not null,
  primary key (tenant, name)
);
create index trigger_version on trigger (version);

-- The action `deliver`: which webhooks a trigger feeds.
create table trigger_delivery (
  tenant      text not null,
  trigger     text not null,
  webhook_uid bigint not null references webhook,
  version     bigint not null,
  updated_at  timestamptz not null,
  primary key (tenant, trigger, webhook_uid),
  foreign key (tenant, trigger) references trigger on delete cascade
);
create index trigger_delivery_webhook on trigger_delivery (webhook_uid);
create index trigger_delivery_version on trigger_delivery (version);

do $$
declare t text;
begin
  foreach t in array array['key_value', 'webhook', 'webhook_header', 'signing_key', 'trigger', 'trigger_delivery'] loop
    execute format('create trigger stamp_version before insert or update on sequitur.%I '
                   'for each row execute function sequitur.stamp_version()', t);
  end loop;
end
$$;

create table api_key (
  -- Shown in lists; the key itself only as SHA-256 (it has 256 random bits, so a plain hash is enough).
  id         text not null primary key,
  tenant     text not null,
  name       text not null,
  hash       bytea not null unique,
  scopes     text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz
);
