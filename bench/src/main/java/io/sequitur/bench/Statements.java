package io.sequitur.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Counts the statements that clients have sent to a database, with pg_stat_statements. Statements
 * inside functions and triggers are not counted, nor those to other databases of the same server
 * (Temporal's, say).
 */
final class Statements {
  private static final String SCHEMA =
      """
      select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements'
      """;

  private final Connection connection;
  private final String total;

  private Statements(Connection connection, String total) {
    this.connection = connection;
    this.total = total;
  }

  /**
   * Finds the extension.
   *
   * @throws SQLException when it is missing or its library is not loaded; the message says what to
   *     do
   */
  static Statements open(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SCHEMA)) {
      if (!row.next()) {
        throw new SQLException(
            "start PostgreSQL with shared_preload_libraries = 'pg_stat_statements', then run"
                + " 'create extension pg_stat_statements' in the server's database");
      }
      String schema = statement.enquoteIdentifier(row.getString(1), true);
      Statements statements = new Statements(connection, totalIn(schema));
      statements.total();
      return statements;
    }
  }

  /** How many so far; the difference of two totals includes one of this class's own. */
  long total() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(total)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String totalIn(String schema) {
    return """
    select coalesce(sum(calls) filter (where toplevel), 0) from %s.pg_stat_statements
    where dbid = (select oid from pg_database where datname = current_database())
    """
        .formatted(schema);
  }
}
