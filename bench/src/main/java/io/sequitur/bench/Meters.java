package io.sequitur.bench;

import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the server from outside. What cannot be measured is null in the results, and a note says
 * why, once.
 */
final class Meters implements Closeable {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String POSTGRES = "postgres";

  private final @Nullable Connection connection;
  private final @Nullable Statements statements;
  private final Cpu cpu;
  private final Consumer<String> notes;
  private double idleStatementsPerSecond;
  private boolean groupingFailed;

  private Meters(
      @Nullable Connection connection,
      @Nullable Statements statements,
      Cpu cpu,
      Consumer<String> notes) {
    this.connection = connection;
    this.statements = statements;
    this.cpu = cpu;
    this.notes = notes;
  }

  static Meters open(Target target, Processes processes, Consumer<String> notes) {
    Connection connection = connect(target, notes);
    Statements statements = connection == null ? null : statements(connection, notes);
    Long postmaster = connection == null ? null : postmaster(connection, target, processes);
    Cpu cpu =
        new Cpu(processes, target.serverPid(processes), postmaster, target.temporalPid(processes));
    return new Meters(connection, statements, cpu, notes);
  }

  /** Learns what the server does with nothing to do, to take it off later. */
  void measureIdle(Duration pause, Duration length) throws InterruptedException {
    if (statements == null) {
      return;
    }
    // Making the webhooks has published events of their own.
    Thread.sleep(pause);
    Sample before = sample();
    Thread.sleep(length);
    Sample after = sample();
    if (before.statements != null && after.statements != null) {
      idleStatementsPerSecond =
          Math.max(0, after.statements - before.statements - 1) / after.secondsSince(before);
    }
  }

  Sample sample() {
    return new Sample(System.nanoTime(), totalStatements(), cpu.sample());
  }

  @Nullable Double statementsPerEvent(Sample before, Sample after, long events) {
    if (before.statements == null || after.statements == null) {
      return null;
    }
    // One of them is the first sample's own query.
    double sent = after.statements - before.statements - 1;
    double idle = idleStatementsPerSecond * after.secondsSince(before);
    return Figures.ratio(Math.max(0, sent - idle), events);
  }

  @Nullable Double eventsPerWorkflow(IdRange ids) {
    UUID first = ids.first();
    UUID last = ids.last();
    if (connection == null || first == null || last == null || groupingFailed) {
      return null;
    }
    try {
      return new Grouping(connection).eventsPerWorkflow(first, last);
    } catch (SQLException e) {
      groupingFailed = true;
      notes.accept("events per workflow unknown: " + firstLine(e));
      return null;
    }
  }

  private @Nullable Long totalStatements() {
    try {
      return statements == null ? null : statements.total();
    } catch (SQLException e) {
      notes.accept("statements per event unknown: " + firstLine(e));
      return null;
    }
  }

  private static @Nullable Connection connect(Target target, Consumer<String> notes) {
    DatabaseUrl url = target.database();
    if (url == null) {
      notes.accept(
          "statements and CPU of the database unknown: give --database to have them measured");
      return null;
    }
    try {
      return url.connect();
    } catch (SQLException e) {
      notes.accept("statements and CPU of the database unknown: " + firstLine(e));
      return null;
    }
  }

  private static @Nullable Statements statements(Connection connection, Consumer<String> notes) {
    try {
      return Statements.open(connection);
    } catch (SQLException e) {
      notes.accept("statements per event unknown: " + firstLine(e));
      return null;
    }
  }

  /** The parent of our own backend, if it is a process of this machine. */
  private static @Nullable Long postmaster(
      Connection connection, Target target, Processes processes) {
    if (target.database() == null || !target.database().isLoopback()) {
      return null;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      // Behind a forwarded port the number would be another machine's: look at the names.
      return processes
          .stat(row.getLong(1))
          .filter(backend -> backend.name().startsWith(POSTGRES))
          .map(ProcessStat::parent)
          .filter(parent -> isPostgres(processes.stat(parent)))
          .orElse(null);
    } catch (SQLException e) {
      return null;
    }
  }

  private static boolean isPostgres(Optional<ProcessStat> stat) {
    return stat.filter(parent -> parent.name().startsWith(POSTGRES)).isPresent();
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
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

  /** The counters at one moment. */
  record Sample(long nanos, @Nullable Long statements, Cpu.Sample cpu) {
    private double secondsSince(Sample earlier) {
      return (nanos - earlier.nanos) / NANOS_PER_SECOND;
    }
  }
}
