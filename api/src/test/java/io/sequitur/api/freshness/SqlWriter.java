package io.sequitur.api.freshness;

import io.sequitur.api.freshness.Change.Fate;
import io.sequitur.api.testing.Pg;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * Changes the configuration by hand: several things in one transaction, commits late, rolls back,
 * to savepoints too, and switches a webhook off and on.
 */
final class SqlWriter implements AutoCloseable {
  /** The webhook that is switched, and that nobody else writes. */
  static final String SWITCHED = "w3";

  private static final List<String> PAIR = List.of("first", "second");

  private final Connection connection;
  private final ArrivalLog receiver;
  private final Ledger ledger;
  private final Random random;

  SqlWriter(Pg pg, ArrivalLog receiver, Ledger ledger, Random random) throws SQLException {
    this.connection = pg.connect();
    this.connection.setAutoCommit(false);
    this.receiver = receiver;
    this.ledger = ledger;
    this.random = random;
  }

  void change() throws SQLException {
    switch (random.nextInt(6)) {
      case 0, 1 -> pair(end());
      case 2 -> pairAfterSavepoint();
      case 3 -> own(SWITCHED, end());
      default -> own("w" + (1 + random.nextInt(2)), end());
    }
  }

  /** Off, and on again. */
  void switchOffAndOn(Runnable meanwhile) throws SQLException {
    execute("update sequitur.webhook set active = false where name = ?", SWITCHED);
    connection.commit();
    Instant off = now();
    meanwhile.run();
    Instant on = now();
    execute("update sequitur.webhook set active = true where name = ?", SWITCHED);
    connection.commit();
    ledger.wasOff(SWITCHED, off, on);
  }

  private Fate end() {
    return random.nextInt(5) == 0 ? Fate.ROLLED_BACK : Fate.COMMITTED;
  }

  // The URL and the header of its own, of one webhook.
  private void own(String webhook, Fate fate) throws SQLException {
    long version = ledger.newVersion();
    Instant begun = now();
    execute(
        "update sequitur.webhook set url = ? where name = ?",
        receiver.url(webhook, version),
        webhook);
    linger();
    execute(
        """
        update sequitur.webhook_header h set value = ? from sequitur.webhook w
        where w.uid = h.webhook_uid and w.name = ? and h.name = 'X-Own'
        """,
        "own-" + version,
        webhook);
    end(List.of(webhook + "/url", webhook + "/own"), version, begun, fate);
  }

  // Two key-values that webhooks use together.
  private void pair(Fate fate) throws SQLException {
    long version = ledger.newVersion();
    Instant begun = now();
    writePair(version);
    end(PAIR, version, begun, fate);
  }

  private void pairAfterSavepoint() throws SQLException {
    long undone = ledger.newVersion();
    long version = ledger.newVersion();
    Instant begun = now();
    Savepoint before = connection.setSavepoint();
    writePair(undone);
    linger();
    connection.rollback(before);
    writePair(version);
    ledger.changed(PAIR, undone, begun, Instant.MAX, Fate.ROLLED_BACK);
    end(PAIR, version, begun, Fate.COMMITTED);
  }

  private void writePair(long version) throws SQLException {
    execute(
        "update sequitur.key_value set value = name || '-' || ?::bigint where name in ('first', 'second')",
        version);
  }

  // Others have commits of their own meanwhile, with later numbers.
  private void linger() throws SQLException {
    if (random.nextInt(4) == 0) {
      try (PreparedStatement wait = connection.prepareStatement("select pg_sleep(?)")) {
        wait.setDouble(1, random.nextDouble() / 50);
        wait.execute();
      }
    }
  }

  private void end(List<String> things, long version, Instant begun, Fate fate)
      throws SQLException {
    linger();
    if (fate == Fate.ROLLED_BACK) {
      connection.rollback();
    } else {
      connection.commit();
    }
    ledger.changed(things, version, begun, now(), fate);
  }

  /** By the database's clock. */
  private Instant now() throws SQLException {
    try (PreparedStatement clock = connection.prepareStatement("select clock_timestamp()");
        ResultSet rows = clock.executeQuery()) {
      boolean unused = rows.next();
      return Objects.requireNonNull(rows.getObject(1, OffsetDateTime.class)).toInstant();
    }
  }

  private void execute(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
