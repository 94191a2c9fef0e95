package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Against a real PostgreSQL that has pg_stat_statements loaded. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetersTest {
  private static final IdRange NO_IDS = new IdRange();

  private final List<String> notes = new ArrayList<>();
  private final EmbeddedPostgres postgres;

  MetersTest() throws IOException {
    postgres =
        EmbeddedPostgres.builder()
            // The usual ten seconds are too few where two cores compile and test at once.
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("shared_preload_libraries", "pg_stat_statements")
            .start();
  }

  @BeforeAll
  void makeDatabases() throws SQLException {
    execute("postgres", "create database counted", "create database bare");
    execute(
        "counted",
        "create schema ext",
        "create extension pg_stat_statements schema ext",
        "create schema sequitur",
        "create table sequitur.run (id uuid primary key, workflow_id text)",
        "create table sequitur.routing (event_id uuid, run_id uuid)");
  }

  @AfterAll
  void stop() throws IOException {
    postgres.close();
  }

  @Test
  void countsTheStatementsThatClientsSend() throws SQLException, IOException {
    try (Meters meters = open("counted")) {
      Meters.Sample before = meters.sample();
      execute("counted", "select 1", "select 2", "select 3", "select 4");
      execute("bare", "select 5");
      Meters.Sample after = meters.sample();

      // The driver may add statements of its own when it connects.
      assertThat(meters.statementsPerEvent(before, after, 2)).isBetween(2.0, 4.0);
      assertThat(meters.statementsPerEvent(before, after, 0)).isNull();
    }
  }

  @Test
  void withoutTheExtensionItSaysWhatToDo() throws SQLException, IOException {
    try (Meters meters = open("bare")) {
      assertThat(meters.statementsPerEvent(meters.sample(), meters.sample(), 1)).isNull();
      assertThat(notes)
          .anySatisfy(note -> assertThat(note).contains("create extension pg_stat_statements"));
    }
  }

  /** Runs 1 and 2 share a workflow, run 3 has its own; event n belongs to run n mod 3 + 1. */
  @Test
  void eventsPerWorkflowCountsOnlyTheLoadsOwnEvents() throws SQLException {
    execute(
        "counted",
        "insert into sequitur.run select lpad(n::text, 32, '0')::uuid, 'workflow' || n / 3"
            + " from generate_series(1, 3) n",
        "insert into sequitur.routing"
            + " select lpad(n::text, 32, '0')::uuid, lpad((n % 3 + 1)::text, 32, '0')::uuid"
            + " from generate_series(1, 9) n");
    try (Connection connection = url("counted").connect()) {
      Grouping grouping = new Grouping(connection);

      assertThat(grouping.eventsPerWorkflow(new UUID(0, 1), new UUID(0, 6))).isEqualTo(3.0);
      assertThat(grouping.eventsPerWorkflow(new UUID(0, 3), new UUID(0, 4))).isEqualTo(2.0);
      assertThat(grouping.eventsPerWorkflow(new UUID(1, 0), new UUID(2, 0))).isNull();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readsTheCpuTimeOfPostgresAndOfTheServerThatListens() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Endpoint endpoint = Endpoint.of("http://127.0.0.1:" + server.getLocalPort(), null);
      Target target = new Target(endpoint, url("bare"), "127.0.0.1:" + postgres.getPort(), null);
      try (Meters meters = Meters.open(target, new Processes(Path.of("/proc")), notes::add)) {
        Cpu.Sample sample = meters.sample().cpu();

        assertThat(sample.server()).isNotNull().isPositive();
        assertThat(sample.postgres()).isNotNull().isPositive();
        assertThat(sample.temporal()).isNotNull();
      }
    }
  }

  @Test
  void withoutTheEnginesTablesGroupingIsUnknown() throws IOException {
    IdRange ids = new IdRange();
    ids.add("{\"id\":\"evt_0123456789abcdef0123456789abcdef\"}");
    try (Meters meters = open("bare")) {
      assertThat(meters.eventsPerWorkflow(ids)).isNull();
      assertThat(meters.eventsPerWorkflow(NO_IDS)).isNull();
      assertThat(notes)
          .anySatisfy(note -> assertThat(note).contains("events per workflow unknown"));
    }
  }

  private DatabaseUrl url(String database) {
    return DatabaseUrl.parse(
        "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/" + database);
  }

  private Meters open(String database) {
    Target target = new Target(Endpoint.of("http://127.0.0.1:1", null), url(database), null, null);
    return Meters.open(target, new Processes(Path.of("/proc")), notes::add);
  }

  private void execute(String database, String... statements) throws SQLException {
    try (Connection connection = url(database).connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
