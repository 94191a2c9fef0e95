-- What keeps a receiver from more than it can take: a breaker and a rate limit per webhook, and places shared by all processes.

alter table webhook_state
  -- closed: as many attempts as there are places. open: one, at paused_until. half-open: a round of breaker_places, then more.
  add column breaker         text not null default 'closed' check (breaker in ('closed', 'open', 'half-open')),
  -- Since when it is not closed.
  add column breaker_since   timestamptz,
  -- Its last move. What was claimed before says nothing about the receiver now, and is not sent any more.
  add column breaker_moved_at timestamptz,
  -- How often in a row it has opened: the more often, the longer the time to the next probe.
  add column breaker_trips   integer not null default 0,
  -- Half-open: how many attempts this round has, and how many of them are claimed.
  add column breaker_places  integer not null default 0,
  add column breaker_given   integer not null default 0,
  -- Half-open: how this round's attempts ended. Closed: breaker_failed is how many failed in a row.
  add column breaker_well    integer not null default 0,
  add column breaker_failed  integer not null default 0,
  -- The failure that opened it or keeps it open, for its readers.
  add column breaker_why     text,
  -- Nothing of it is claimed, and nobody rings, before: the breaker's next probe, or the next permit of its rate limit.
  add column paused_until    timestamptz,
  -- Since when every attempt has failed.
  add column failing_since   timestamptz,
  -- Whether 410 or a long failure has disabled it: the latter is probed.
  add column disabled_by     text check (disabled_by in ('gone', 'failing'));
update webhook_state set disabled_by = 'gone' where status = 'disabled';

-- The last permit that each webhook with a rate limit gave out: permits are moments, evenly spaced, and lapse unused. No foreign
-- key, and apart from webhook_state: whoever takes a permit waits for nobody else.
create table rate_permit (
  webhook_uid bigint not null primary key,
  last_at     timestamptz not null
) with (fillfactor = 50);

-- Gives out the next permits within a horizon. One row for each webhook that has a limit: how many, how far away the first of them (or
-- if there are none, the next one), and the distance between two. Whoever asks takes the row's lock, in order, so permits never meet.
create function take_permits(asked json, horizon interval)
  returns table (webhook_uid bigint, granted integer, first_at timestamptz, ahead interval, spacing interval)
  language plpgsql volatile
  set search_path = sequitur, pg_temp
as $$
declare
  v_ask   record;
  v_last  timestamptz;
  v_now   timestamptz;
  v_first timestamptz;
begin
  for v_ask in
    select w.uid, a.wanted, w.rate_per_ms * interval '1 ms' / w.rate_count as spacing
    from json_to_recordset(asked) as a(webhook_uid bigint, wanted integer) join webhook w on w.uid = a.webhook_uid
    where w.rate_count is not null and a.webhook_uid between 1 and 9223372036854775806
    order by w.uid
  loop
    insert into rate_permit as p (webhook_uid, last_at) values (v_ask.uid, '-infinity') on conflict do nothing;
    select p.last_at into v_last from rate_permit p where p.webhook_uid = v_ask.uid for update;
    v_now := clock_timestamp();
    v_first := greatest(v_last + v_ask.spacing, v_now);
    webhook_uid := v_ask.uid;
    spacing := v_ask.spacing;
    first_at := v_first;
    ahead := v_first - v_now;
    granted := greatest(0, least(v_ask.wanted::numeric,
      floor(extract(epoch from v_now + horizon - v_first) / extract(epoch from v_ask.spacing)) + 1));
    if granted > 0 then
      update rate_permit p set last_at = v_first + (granted - 1) * v_ask.spacing where p.webhook_uid = v_ask.uid;
    end if;
    return next;
  end loop;
end
$$;

-- Processes that may send. One that does not say so any more has lost its places when `until` is over.
create table sender (
  id    uuid not null primary key,
  until timestamptz not null
) with (fillfactor = 50);

-- How many of a webhook's places (max_concurrency) each process has. Those of a process that is not there any more are free.
create table place (
  webhook_uid bigint not null,
  sender      uuid not null,
  places      integer not null,
  -- Another process has found none left: what is not used is given back.
  wanted      boolean not null default false,
  primary key (webhook_uid, sender)
) with (fillfactor = 50);
create index place_sender on place (sender);

-- The grants on all tables are not given again unless their file changes.
grant select, insert, update, delete on rate_permit, sender, place to ${app_role};
revoke execute on function take_permits from public;
grant execute on function take_permits to ${app_role};
