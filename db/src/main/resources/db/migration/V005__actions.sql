-- What a trigger does, whole and in the order it was written; trigger_delivery stays the foreign key of `deliver`, and what
-- routing delivers by. And when it does it: null means at once.
alter table trigger
  add column actions   jsonb not null default '[]',
  add column condition jsonb;

update trigger t
   set actions = jsonb_build_array(jsonb_build_object('deliver', d.webhooks))
  from (select x.tenant, x.trigger, jsonb_agg(w.name order by w.name) as webhooks
          from trigger_delivery x join webhook w on w.uid = x.webhook_uid
         group by x.tenant, x.trigger) d
 where d.tenant = t.tenant and d.trigger = t.name;

-- Whoever carries an action out moves next_attempt_at into the future while he does: then nobody else does, and if he dies,
-- it is due again. A done action with a last_error has failed for good.
alter table action
  -- The workflow that was started.
  add column workflow_id     text,
  add column workflow_run_id text;
