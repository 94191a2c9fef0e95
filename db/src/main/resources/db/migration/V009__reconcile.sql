-- What the last reconcile of a tenant saw of each trigger, and of webhooks with events of their own (webhook::<name>).
create table reconciled_trigger (
  tenant    text not null,
  name      text not null,
  generated boolean not null,
  -- False for the webhook that generates no trigger now.
  active    boolean not null,
  -- Stands for what the rows say …
  signature uuid not null,
  -- … and this for their versions: a new signature under an old stamp is a change that no process could notice.
  stamp     text not null,
  -- Why it cannot be compiled.
  problem   text,
  primary key (tenant, name)
);

create table reconciliation (
  tenant          text not null primary key,
  -- When the next one begins. Whoever starts it moves this on first, so nobody else does.
  due_at          timestamptz not null,
  reconciled_at   timestamptz,
  duration_ms     integer,
  -- The version of the engine that did it: a newer one may compile less.
  engine          text,
  workflow_id     text,
  workflow_run_id text,
  report          jsonb
);
create index reconciliation_due on reconciliation (due_at);

-- The grants on all tables are not given again unless their file changes.
grant select, insert, update, delete on reconciled_trigger, reconciliation to ${app_role};
