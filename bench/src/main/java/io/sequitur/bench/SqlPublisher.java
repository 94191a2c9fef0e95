package io.sequitur.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Publishes from the database, as a user's own transaction would: one for each batch. */
final class SqlPublisher implements Publisher {
  private static final String PUBLISH =
      """
      select sequitur.publish('bench.tick', 'urn:sequitur:bench', null, jsonb_build_object('fill', ?::text),
                              case when ? > 0 then 'key-' || n %% ? end, ? || lpad(n::text, %d, '0'))
      from generate_series(?, ?) as n
      """
          .formatted(RunId.SEQUENCE_DIGITS);

  private final DatabaseUrl database;
  private final int batch;
  private @Nullable Connection connection;

  SqlPublisher(DatabaseUrl database, int batch) {
    this.database = database;
    this.batch = batch;
  }

  @Override
  public Published publish(EventTemplate template, int first) throws IOException {
    try (PreparedStatement statement = connection().prepareStatement(PUBLISH)) {
      statement.setString(1, template.fill());
      statement.setInt(2, template.keys());
      statement.setInt(3, Math.max(1, template.keys()));
      statement.setString(4, template.idPrefix());
      statement.setInt(5, first);
      statement.setInt(6, first + batch - 1);
      StringJoiner ids = new StringJoiner("\",\"", "\"", "\"");
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      return new Published(true, ids.toString());
    } catch (SQLException e) {
      return new Published(false, "SQL " + e.getSQLState() + ": " + e.getMessage());
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null || open.isClosed()) {
      open = database.connect();
      connection = open;
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }
}
