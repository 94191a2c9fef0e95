-- The role the processes use: it may read and write rows and call functions, and owns nothing.
-- (Re-run when this file changes; ${app_role} is a Flyway placeholder.)
grant usage on schema sequitur to ${app_role};
grant select, insert, update, delete on all tables in schema sequitur to ${app_role};
revoke insert, update, delete on sequitur.flyway_schema_history from ${app_role};
grant usage on all sequences in schema sequitur to ${app_role};
revoke execute on all functions in schema sequitur from public;
grant execute on all functions in schema sequitur to ${app_role};
-- What only the database itself does: events in the engine's name come from its triggers and from engine_event().
revoke execute on function sequitur.append_event, sequitur.announce, sequitur.announce_changes, sequitur.attach_configuration_events
  from ${app_role};
revoke insert, update, delete on sequitur.configuration_table, sequitur.configuration_state, sequitur.configuration_touched
  from ${app_role};
-- Caches: what is out of date is noted by triggers, raised by step 2, and declared covered by the owner. The app's role asks for it,
-- and can neither write it down itself nor keep it from being written.
grant usage on schema cached to ${app_role};
grant select on all tables in schema cached to ${app_role};
revoke insert, update, delete on sequitur.invalidation, sequitur.cache_epoch, sequitur.registered_table, sequitur.registered_statement,
  sequitur.uncovered, sequitur.cache_attachment, sequitur.schema_change from ${app_role};
revoke execute on function sequitur.note_invalidation, sequitur.generate_invalidation, sequitur.attach_invalidation,
  sequitur.announce_invalidation, sequitur.register_cache, sequitur.attach_caches, sequitur.settle_triggers, sequitur.star_of,
  sequitur.note_schema_change, sequitur.note_schema_change_of, sequitur.append_changes from ${app_role};
