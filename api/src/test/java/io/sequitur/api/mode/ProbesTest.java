package io.sequitur.api.mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.Migrations;
import io.sequitur.db.cache.CacheTriggers;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Probes and metrics over HTTP, with PostgreSQL there, away, and running without its disk. */
@Execution(ExecutionMode.CONCURRENT)
// One changes the role that all connect as: beside other classes, but not beside each other.
@ResourceLock("the role of ProbesTest")
class ProbesTest {
  private static final String NOWHERE = "127.0.0.1:1";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path directory;

  private static EmbeddedPostgresServer postgres;
  private static DatabaseAddress app;
  private static Engine dev;

  @BeforeAll
  static void startAll() throws Exception {
    postgres = EmbeddedPostgresServer.start(directory);
    app = DevRoles.app(postgres.owner(), directory);
    Migrations.migrate(postgres.owner(), app);
    SecretBox.createIfMissing(directory.resolve("keyset.json"));
    dev = Engine.start(settings(app, true, null, EnumSet.allOf(Role.class)));
  }

  @AfterAll
  static void stopAll() throws IOException {
    dev.close();
    postgres.close();
  }

  @Test
  void aProcessWithEverythingIsStartedAliveAndReady() throws Exception {
    assertThat(get(dev, "/health/started").statusCode()).isEqualTo(200);
    assertThat(get(dev, "/health/live").body()).isEqualTo("{\"status\":\"up\"}");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() ->
            assertThat(get(dev, "/health/ready").body())
                .isEqualTo("{\"status\":\"up\",\"database\":\"up\",\"temporal\":\"up\"}"));
  }

  @Test
  void aDatabaseThatAcknowledgesBeforeItsDiskIsNotReady() throws Exception {
    // A role's setting counts for new connections, and before the server's own.
    asOwner("alter role sequitur_app set synchronous_commit = off");
    try (Engine engine = Engine.start(settings(app, false, NOWHERE, Set.of(Role.API)))) {
      HttpResponse<String> ready = get(engine, "/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(json(ready).path("missing").get(0).asText())
          .isEqualTo("PostgreSQL runs with synchronous_commit off: turn it on.");
      assertThat(get(engine, "/health/started").statusCode()).isEqualTo(200);
    } finally {
      asOwner("alter role sequitur_app reset synchronous_commit");
    }
  }

  @Test
  void aProcessWithoutItsDatabaseLivesAndIsNotReadyAndTellsNoAddress() throws Exception {
    DatabaseAddress closed = DatabaseAddress.parse("postgresql://me:secret@127.0.0.1:1/nothing");
    try (Engine engine = Engine.start(settings(closed, false, null, Set.of(Role.API)))) {
      // All at once: each waits some seconds for a connection.
      var asked = getLater(engine, "/health/ready");
      var metrics = getLater(engine, "/metrics");
      assertThat(get(engine, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(engine, "/health/started").statusCode()).isEqualTo(503);
      HttpResponse<String> ready = asked.join();
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(json(ready).path("missing").get(0).asText())
          .isEqualTo("PostgreSQL does not answer.");
      assertThat(ready.body()).doesNotContain("127.0.0.1").doesNotContain("secret");
      assertThat(metrics.join().body()).contains("sequitur_outbox_size NaN");
    }
  }

  @Test
  void withoutTemporalAnApiIsReadyAndAMereWorkerIsNot() throws Exception {
    try (Engine api = Engine.start(settings(app, false, NOWHERE, Set.of(Role.API)))) {
      HttpResponse<String> ready = get(api, "/health/ready");
      assertThat(ready.statusCode()).isEqualTo(200);
      assertThat(json(ready).path("temporal").asText()).isEqualTo("down");
    }
    try (Engine worker = Engine.start(settings(app, false, NOWHERE, Set.of(Role.WORKER)))) {
      HttpResponse<String> ready = get(worker, "/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(json(ready).path("missing").get(0).asText())
          .startsWith("Temporal does not answer");
    }
  }

  /** As after a dump was restored with triggers off. */
  @Test
  void aTableThatLostItsTriggersIsNamedAndMigratingMendsIt() throws Exception {
    try (Engine engine = Engine.start(settings(app, false, NOWHERE, Set.of(Role.API)))) {
      assertThat(get(engine, "/health/ready").statusCode()).isEqualTo(200);
      asOwner("alter table sequitur.key_value disable trigger all");
      asOwner("alter table sequitur.key_value enable trigger all");
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> {
            HttpResponse<String> ready = get(engine, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(json(ready).path("missing").get(0).asText())
                .contains("sequitur.key_value lacks: insert, delete, update, truncate")
                .contains("sequitur migrate");
          });
      assertThat(get(dev, "/metrics").body())
          .contains("sequitur_uncovered_tables")
          .contains("sequitur_stale_entries_total 0.0");
      assertThat(CacheTriggers.attach(postgres.owner())).isEmpty();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> get(engine, "/health/ready").statusCode() == 200);
    }
  }

  @Test
  void metricsCountAnEventFromAcceptedToRouted() throws Exception {
    String event = "{\"type\":\"a.b\",\"source\":\"urn:test\",\"data\":{}}";
    HttpRequest publish =
        HttpRequest.newBuilder(uri(dev, "/v1/events"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    assertThat(HTTP.send(publish, BodyHandlers.discarding()).statusCode()).isEqualTo(202);

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          HttpResponse<String> metrics = get(dev, "/metrics");
          assertThat(metrics.headers().firstValue("Content-Type").orElse(""))
              .startsWith("text/plain");
          assertThat(metrics.body())
              .contains("sequitur_events_accepted_total 1.0")
              .contains("sequitur_events_routed_total 1.0")
              .contains("sequitur_attempts_seconds_count{result=\"delivered\"} 0")
              .contains("sequitur_outbox_size 0.0")
              .contains("sequitur_deliveries_open 0.0");
        });
  }

  @Test
  void foreignPagesAreRefusedInDev() throws Exception {
    for (String path : new String[] {"/metrics", "/health/ready", "/health/live"}) {
      HttpRequest request =
          HttpRequest.newBuilder(uri(dev, path)).header("Origin", "https://evil.example").build();
      assertThat(HTTP.send(request, BodyHandlers.discarding()).statusCode())
          .as(path)
          .isEqualTo(403);
    }
  }

  private static Settings settings(
      DatabaseAddress database,
      boolean dev,
      @org.jspecify.annotations.Nullable String temporal,
      Set<Role> roles) {
    return new Settings(
        database,
        0,
        dev,
        temporal,
        "default",
        directory.resolve("keyset.json"),
        "127.0.0.0/8",
        Set.of(),
        WorkflowQueues.anyButOurs(),
        roles,
        true,
        Settings.DEFAULT_RETENTION);
  }

  private static void asOwner(String... statements) throws SQLException {
    try (Connection connection = postgres.owner().connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static HttpResponse<String> get(Engine engine, String path)
      throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(uri(engine, path)).build(), BodyHandlers.ofString());
  }

  private static CompletableFuture<HttpResponse<String>> getLater(Engine engine, String path) {
    return HTTP.sendAsync(
        HttpRequest.newBuilder(uri(engine, path)).build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return Json.parseOrMissing(answer.body());
  }

  private static URI uri(Engine engine, String path) {
    return URI.create("http://127.0.0.1:" + engine.port() + path);
  }
}
