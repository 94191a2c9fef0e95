-- Events, their way to a run, and the ledger that makes each (source, id) one event.
-- Ids are UUIDv7: their order is time's, so day partitions are ranges of ids and a look-up by id touches one of them.
-- Nothing is ever ordered by an id; positions are given at routing (design 5.2).

create function new_id() returns uuid
  language sql volatile parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select encode(
    overlay(
      set_byte(set_byte(uuid_send(gen_random_uuid()), 6, 112 + get_byte(uuid_send(gen_random_uuid()), 0) % 16),
               8, 128 + get_byte(uuid_send(gen_random_uuid()), 1) % 64)
      placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
    'hex')::uuid
$$;

-- The smallest id of an instant: the bounds of day partitions.
create function first_id_at(at timestamptz) returns uuid
  language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- 128 bits of SHA-256 stand for a tuple of texts: long sources and keys would not fit an index entry.
-- Each part is preceded by its length, so that ('ab','c') and ('a','bc') differ. Java computes the same (Digest128).
create function digest128(variadic parts text[]) returns uuid
  language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select encode(substring(sha256(convert_to(
    (select string_agg(octet_length(p) || ':' || p, '' order by n) from unnest(parts) with ordinality as t(p, n)),
    'UTF8')) for 16), 'hex')::uuid
$$;

create table event (
  id            uuid not null primary key,
  tenant        text not null,
  source        text not null,
  ce_id         text not null,
  type          text not null,
  subject       text,
  -- As its sender spelled it; receivedAt is ours.
  time          text,
  partition_key text,
  -- The CloudEvent as every receiver gets it, byte for byte.
  body          text not null,
  received_at   timestamptz not null default clock_timestamp()
) partition by range (id);
create index event_by_tenant on event (tenant, id);

-- Not partitioned by day, so midnight does not double an event.
create table dedupe (
  key      uuid not null primary key,
  event_id uuid not null
);

-- What is not routed yet. The identity gives the order of arrival within a partition.
create table outbox (
  seq       bigint generated always as identity primary key,
  event_id  uuid not null,
  tenant    text not null,
  -- hash(tenant, source, key) mod 64; null without a key: no key, no order.
  partition smallint
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0,
        vacuum_truncate = off);
create index outbox_by_event on outbox (event_id);

-- Events whose routing failed, alone and again: kept, shown with the reason, and in nobody's way.
create table quarantine (
  event_id uuid not null primary key,
  tenant   text not null,
  reason   text not null,
  since    timestamptz not null default clock_timestamp()
);

-- The counter behind sequitur-sequence. Its row's lock is the lock of the key's lanes.
-- Rows outlive their events and never go back.
create table key_counter (
  hash uuid not null primary key,
  id   bigint generated always as identity unique,
  last bigint not null
);

-- One group that was routed together: its events, its workflow, how far it got.
create table run (
  id              uuid not null primary key,
  event_ids       uuid[] not null,
  workflow_id     text,
  workflow_run_id text,
  created_at      timestamptz not null default clock_timestamp(),
  started_at      timestamptz,
  done_at         timestamptz
);
create index run_open on run (created_at) where done_at is null;
create index run_unstarted on run (created_at) where workflow_run_id is null;

create table routing (
  event_id  uuid not null primary key,
  run_id    uuid not null,
  tenant    text not null,
  sequence  bigint,
  triggers  text[] not null,
  routed_at timestamptz not null default clock_timestamp()
) partition by range (event_id);
