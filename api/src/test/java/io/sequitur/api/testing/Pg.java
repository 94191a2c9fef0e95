package io.sequitur.api.testing;

import io.sequitur.db.DatabaseAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** SQL by hand, as a user of the database would type it. */
public final class Pg {
  private final DatabaseAddress address;

  public Pg(String url) {
    this.address = DatabaseAddress.parse(url);
  }

  public Connection connect() throws SQLException {
    return address.connect();
  }

  /** Runs one statement in a transaction of its own; gives the rows it changed. */
  public int update(String sql, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new AssertionError(sql + ": " + e.getMessage(), e);
    }
  }

  /** The first value of the first row, as text. */
  public String text(String sql, Object... parameters) {
    try (Connection connection = connect()) {
      return text(connection, sql, parameters);
    } catch (SQLException e) {
      throw new AssertionError(sql + ": " + e.getMessage(), e);
    }
  }

  public static String text(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  public long count(String sql, Object... parameters) {
    return Long.parseLong(text(sql, parameters));
  }

  private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }
}
