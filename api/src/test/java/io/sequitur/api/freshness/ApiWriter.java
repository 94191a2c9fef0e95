package io.sequitur.api.freshness;

import io.sequitur.api.freshness.Change.Fate;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Pg;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;

/** Changes the configuration through any of the processes, which may be frozen or dead. */
final class ApiWriter implements AutoCloseable {
  private final Connection clock;
  private final Supplier<Api> anyProcess;
  private final ArrivalLog receiver;
  private final Ledger ledger;
  private final Random random;

  ApiWriter(Pg pg, Supplier<Api> anyProcess, ArrivalLog receiver, Ledger ledger, Random random)
      throws SQLException {
    this.clock = pg.connect();
    this.anyProcess = anyProcess;
    this.receiver = receiver;
    this.ledger = ledger;
    this.random = random;
  }

  void change() throws SQLException {
    if (random.nextInt(3) == 0) {
      keyValue("secret", "secret");
    } else {
      webhook("w" + (1 + random.nextInt(2)));
    }
  }

  void keyValue(String name, String kind) throws SQLException {
    long version = ledger.newVersion();
    put(
        "/v1/key-values/" + name,
        "{\"kind\":\"%s\",\"value\":\"%s-%d\"}".formatted(kind, name, version),
        List.of(name),
        version);
  }

  /** Two key-values that are changed together ever after. */
  void keyValuePair() throws SQLException {
    long version = ledger.newVersion();
    for (String name : List.of("first", "second")) {
      put(
          "/v1/key-values/" + name,
          "{\"kind\":\"static\",\"value\":\"%s-%d\"}".formatted(name, version),
          List.of(name),
          version);
    }
  }

  /** URL, header and signing secret at once. */
  void webhook(String name) throws SQLException {
    long version = ledger.newVersion();
    put(
        "/v1/webhooks/" + name,
        """
        {"url":"%s","events":["fresh.*"],"ordered":%s,"onExhausted":"skip","timeout":"2s","signingSecret":"whsec_%s",
         "retry":"100ms 100ms 200ms 200ms 500ms 1s",
         "headers":[{"name":"X-Own","value":"own-%d"},{"name":"X-First","keyValue":"first"},
                    {"name":"X-Second","keyValue":"second"},{"name":"X-Secret","keyValue":"secret"}]}
        """
            .formatted(
                receiver.url(name, version),
                name.equals("w2"),
                Base64.getEncoder().encodeToString(signingKey(version)),
                version),
        List.of(name + "/url", name + "/own", name + "/key"),
        version);
  }

  static byte[] signingKey(long version) {
    return "signing-key-%020d".formatted(version).getBytes(StandardCharsets.UTF_8);
  }

  private void put(String path, String body, List<String> things, long version)
      throws SQLException {
    Instant begun = now();
    try {
      int status = anyProcess.get().put(path, body).status();
      if (status >= 400 && status < 500) {
        throw new AssertionError(path + " was answered with " + status);
      }
      Fate fate = status < 300 ? Fate.COMMITTED : Fate.UNKNOWN;
      ledger.changed(things, version, begun, fate == Fate.COMMITTED ? now() : Instant.MAX, fate);
    } catch (UncheckedIOException e) {
      // Nobody knows what became of it.
      ledger.changed(things, version, begun, Instant.MAX, Fate.UNKNOWN);
    }
  }

  private Instant now() throws SQLException {
    try (PreparedStatement statement = clock.prepareStatement("select clock_timestamp()");
        ResultSet rows = statement.executeQuery()) {
      boolean unused = rows.next();
      return Objects.requireNonNull(rows.getObject(1, OffsetDateTime.class)).toInstant();
    }
  }

  @Override
  public void close() throws SQLException {
    clock.close();
  }
}
