-- Who has events pending, and the oldest of each: routing takes tenants in turns.
create index outbox_by_tenant on outbox (tenant, seq);
