package io.sequitur.api.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.runtime.server.EmbeddedServer;
import io.sequitur.activities.ProcessId;
import io.sequitur.activities.delivery.http.EgressClient;
import io.sequitur.activities.delivery.http.EgressPolicy;
import io.sequitur.activities.sync.PublicAddress;
import io.sequitur.activities.webhook.Environment;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.db.Sql;
import io.sequitur.workflows.event.CloudEventReader;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** The objects that are not ours to annotate. */
@Factory
final class Wiring {
  private static final int CONNECTIONS = 16;
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);

  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Singleton
  ProcessId processId() {
    return ProcessId.random();
  }

  @Bean(preDestroy = "close")
  @Singleton
  HikariDataSource dataSource(Settings settings) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(settings.database().jdbcUrl());
    config.setUsername(settings.database().user());
    config.setPassword(settings.database().password());
    config.setSchema(Sql.SCHEMA);
    config.setConnectionInitSql(Sql.SESSION);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(2);
    config.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    // The process starts while the database is still down, and says so at /health/ready.
    config.setInitializationFailTimeout(-1);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("socketTimeout", "60");
    config.addDataSourceProperty("ApplicationName", "sequitur");
    return new HikariDataSource(config);
  }

  @Singleton
  Jdbi jdbi(HikariDataSource dataSource) {
    return Sql.jdbi(dataSource);
  }

  @Singleton
  SecretBox secretBox(Settings settings) {
    return SecretBox.open(settings.keyset());
  }

  @Singleton
  Environment environment(Settings settings) {
    return new Environment(System.getenv(), settings.environmentAllow());
  }

  @Singleton
  EgressPolicy egressPolicy(Settings settings) {
    return EgressPolicy.parse(settings.egressAllow());
  }

  @Bean(preDestroy = "close")
  @Singleton
  EgressClient egressClient(EgressPolicy policy, Clock clock) {
    return new EgressClient(policy, clock);
  }

  // The port is known only when the server has started.
  @Singleton
  PublicAddress publicAddress(Settings settings, Provider<EmbeddedServer> http) {
    return () -> {
      String given = settings.publicUrl();
      return given == null ? "http://127.0.0.1:" + http.get().getPort() : given;
    };
  }

  @Singleton
  CloudEventReader cloudEventReader(Clock clock) {
    return new CloudEventReader(() -> UUID.randomUUID().toString(), clock);
  }
}
