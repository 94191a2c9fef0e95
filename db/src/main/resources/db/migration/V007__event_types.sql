-- Event types: what is known of the events of a type, and the schema of their data.

create table event_type (
  tenant      text not null default 'default',
  -- A CloudEvents type, not a name of the catalogue: it may have upper case and other characters.
  name        text not null check (length(name) between 1 and 255 and name not like 'sequitur.%'),
  description text not null default '',
  -- As it was written; null: documentation only. (json keeps the order of keys and the spelling of numbers.)
  schema      json,
  on_invalid  text not null default 'reject' check (on_invalid in ('reject', 'quarantine', 'warn')),
  version     bigint not null,
  created_at  timestamptz not null default clock_timestamp(),
  updated_at  timestamptz not null,
  primary key (tenant, name)
);
create trigger stamp_version before insert or update on event_type
  for each row execute function stamp_version();

-- Triggers that name a type which was declared once are shown as invalid until they are saved again, or the type is.
create table event_type_deleted (
  tenant     text not null,
  name       text not null,
  deleted_at timestamptz not null default clock_timestamp(),
  primary key (tenant, name)
);

create function remember_event_type() returns trigger
  language plpgsql security definer
  set search_path = sequitur, pg_temp
as $$
begin
  if tg_op <> 'DELETE' then
    delete from event_type_deleted d where d.tenant = new.tenant and d.name = new.name;
  end if;
  if tg_op = 'DELETE' or tg_op = 'UPDATE' and (old.tenant, old.name) <> (new.tenant, new.name) then
    insert into event_type_deleted (tenant, name) values (old.tenant, old.name)
      on conflict (tenant, name) do update set deleted_at = clock_timestamp();
  end if;
  return null;
end
$$;
create trigger remember_event_type after insert or update or delete on event_type
  for each row execute function remember_event_type();

-- Whether the event was held against its type when it was taken in, or was released: routing does not ask again.
-- What comes by SQL is asked at routing.
alter table outbox add column checked boolean not null default false;

-- What did not fit under `warn`, and when an operator let the event pass.
alter table event add column warning text, add column released_at timestamptz;

create index quarantine_by_tenant on quarantine (tenant, event_id);

grant select, insert, update, delete on event_type, event_type_deleted to ${app_role};
revoke execute on function remember_event_type() from public;
