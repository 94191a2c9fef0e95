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
