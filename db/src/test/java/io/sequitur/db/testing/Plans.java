package io.sequitur.db.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sequitur.db.Sql;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * A connection on which PostgreSQL tells how it executed each statement (auto_explain), so that
 * tests see the plans of the statements that really run, with their real parameters.
 */
public final class Plans implements AutoCloseable {
  private static final Pattern ROWS = Pattern.compile("actual rows=([0-9.]+) loops=(\\d+)");
  private static final Pattern REMOVED = Pattern.compile("Rows Removed by .*: (\\d+)");

  private final HikariDataSource connection;
  private final Jdbi jdbi;
  private final List<String> plans = new ArrayList<>();

  /** As the superuser: nobody else may load the module. */
  public Plans(TestDatabase db) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(db.owner().jdbcUrl() + "?currentSchema=" + Sql.SCHEMA);
    config.setUsername(db.owner().user());
    config.setPassword(db.owner().password());
    config.setMaximumPoolSize(1);
    config.setConnectionInitSql(
        Sql.SESSION
            + "; load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_level = notice; "
            + "set auto_explain.log_analyze = on; set auto_explain.log_timing = off");
    connection = new HikariDataSource(config);
    jdbi = Sql.jdbi(connection);
    jdbi.setSqlLogger(
        new SqlLogger() {
          @Override
          public void logAfterExecution(StatementContext context) {
            collect(context);
          }
        });
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  /** The plans of what this does, one text for each statement that PostgreSQL executed. */
  public List<String> of(Runnable work) {
    plans.clear();
    work.run();
    if (plans.isEmpty()) {
      throw new AssertionError("PostgreSQL explained nothing");
    }
    return List.copyOf(plans);
  }

  private void collect(StatementContext context) {
    try {
      for (SQLWarning at = context.getStatement().getWarnings();
          at != null;
          at = at.getNextWarning()) {
        plans.add(String.valueOf(at.getMessage()));
      }
    } catch (SQLException e) {
      throw new AssertionError("the plans cannot be read", e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  /** Of any node: rows it passed on, all loops together, or read and threw away. */
  public static double mostRows(String plan) {
    double most = 0;
    for (Matcher rows = ROWS.matcher(plan); rows.find(); ) {
      most = Math.max(most, Double.parseDouble(rows.group(1)) * Long.parseLong(rows.group(2)));
    }
    for (Matcher removed = REMOVED.matcher(plan); removed.find(); ) {
      most = Math.max(most, Double.parseDouble(removed.group(1)));
    }
    return most;
  }
}
