-- One row per (event, webhook), whatever happens. Open ones stand in a small table that all queues work on;
-- finished ones move, in the transaction of their last result, to day partitions that nobody updates any more.

create table delivery_open (
  event_id        uuid not null,
  webhook_uid     bigint not null,
  -- The name it had: a deleted webhook's deliveries can still be read.
  webhook         text not null,
  tenant          text not null,
  -- waiting: behind another of its lane. held is derived from the webhook, never stored.
  state           text not null check (state in ('pending', 'retrying', 'waiting', 'blocked')),
  -- Lane = (webhook, key); position = the event's number of its key. Kept for every keyed event, as `ordered` may be switched on later.
  key_id          bigint,
  position        bigint,
  -- Attempts with a recorded result since the delivery was made: its place in the retry schedule.
  attempts        integer not null default 0,
  -- Null: not due by time (waiting, blocked).
  next_attempt_at timestamptz,
  -- A claim is live until claim_until. Its number is the fencing number, and the attempt's number for the receiver.
  claim_owner     uuid,
  claim_number    integer not null default 0,
  claim_until     timestamptz,
  class           text,
  created_at      timestamptz not null default clock_timestamp(),
  updated_at      timestamptz not null default clock_timestamp(),
  primary key (event_id, webhook_uid)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        vacuum_truncate = off);
create index delivery_open_due on delivery_open (webhook_uid, next_attempt_at, position) where next_attempt_at is not null;
create index delivery_open_lane on delivery_open (webhook_uid, key_id, position) where key_id is not null;
create index delivery_open_waiting on delivery_open (webhook_uid) where state = 'waiting';

create table delivery_done (
  event_id     uuid not null,
  webhook_uid  bigint not null,
  webhook      text not null,
  tenant       text not null,
  state        text not null check (state in ('delivered', 'exhausted', 'skipped', 'cancelled')),
  key_id       bigint,
  position     bigint,
  attempts     integer not null,
  claim_number integer not null,
  class        text,
  created_at   timestamptz not null,
  finished_at  timestamptz not null default clock_timestamp(),
  primary key (event_id, webhook_uid)
) partition by range (event_id);
create index delivery_done_dead on delivery_done (webhook_uid, event_id) where state <> 'delivered';

create table attempt (
  event_id        uuid not null,
  webhook_uid     bigint not null,
  number          integer not null,
  at              timestamptz not null,
  status          smallint,
  class           text,
  duration_ms     integer not null,
  config_version  text not null,
  request_headers text not null,
  response_body   text,
  hint            text,
  primary key (event_id, webhook_uid, number)
) partition by range (event_id);

-- What a matched trigger does besides delivering. A row for each, so that nothing hangs on a workflow alone.
create table action (
  event_id        uuid not null,
  trigger         text not null,
  ordinal         smallint not null,
  tenant          text not null,
  kind            text not null check (kind in ('notify', 'startWorkflow', 'invalidate')),
  parameters      jsonb not null,
  attempts        integer not null default 0,
  next_attempt_at timestamptz not null default clock_timestamp(),
  last_error      text,
  done_at         timestamptz,
  primary key (event_id, trigger, ordinal)
);
create index action_open on action (next_attempt_at) where done_at is null;

-- The engine's own row per webhook. No foreign key: a user's open transaction on the webhook blocks nobody here.
create table webhook_state (
  webhook_uid bigint not null primary key,
  status      text not null default 'ok' check (status in ('ok', 'disabled')),
  reason      text,
  since       timestamptz,
  -- Failed attempts since the last success.
  failures    integer not null default 0,
  -- Until then it counts as slow, and is not attempted in groups.
  slow_until  timestamptz,
  -- When its workflow looks next: null when none is there to look. Whoever adds an earlier due time rings.
  next_look   timestamptz,
  -- When next_look was last lowered: tells the statement that did it that it has to ring.
  rung_at     timestamptz,
  -- The number of the last drain that wrote; a frozen one that wakes up has a lower number and changes nothing.
  drain       bigint not null default 0
) with (fillfactor = 50);
