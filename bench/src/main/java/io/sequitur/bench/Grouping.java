package io.sequitur.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server's database how many events shared a workflow. The only place that knows its
 * tables.
 */
final class Grouping {
  /** Event ids are UUIDs of version 7, so a load's events are a range of the primary key. */
  private static final String EVENTS_AND_WORKFLOWS =
      """
      select count(distinct routing.event_id), count(distinct run.workflow_id)
      from sequitur.routing routing join sequitur.run run on run.id = routing.run_id
      where routing.event_id between ? and ? and run.workflow_id is not null
      """;

  private final Connection connection;

  Grouping(Connection connection) {
    this.connection = connection;
  }

  /** Of the events that have a workflow by now; null when none has. */
  @Nullable Double eventsPerWorkflow(UUID firstEvent, UUID lastEvent) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(EVENTS_AND_WORKFLOWS)) {
      statement.setObject(1, firstEvent);
      statement.setObject(2, lastEvent);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Figures.ratio((double) row.getLong(1), row.getLong(2));
      }
    }
  }
}
