package io.sequitur.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MigrationsTest {
  private static final Duration OLD = Duration.ofDays(40);

  private final TestDatabase db = TestDatabase.create();

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void migratingAgainChangesNothing() {
    var empty = TestDatabase.createEmpty();
    assertThat(Migrations.migrate(empty, TestDatabase.appOf(empty))).isPositive();
    assertThat(Migrations.migrate(empty, TestDatabase.appOf(empty))).isZero();
  }

  @Test
  void actionsAreFilledInFromWhatTriggersDelivered() {
    var empty = TestDatabase.createEmpty();
    migrateTo(empty, "4");
    Jdbi jdbi = Jdbi.create(empty::connect);
    jdbi.useHandle(handle -> {
      handle.execute("set search_path = sequitur");
      handle.execute("insert into webhook (name, url) values ('b', 'u'), ('a', 'u')");
      handle.execute("insert into trigger (name, events) values ('t', '{}'), ('idle', '{}')");
      handle.execute(
          "insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 't', uid from webhook");
    });
    assertThat(Migrations.migrate(empty, TestDatabase.appOf(empty))).isPositive();
    List<String> actions =
        jdbi.withHandle(handle ->
            handle
                .select("select actions::text from sequitur.trigger order by name desc")
                .mapTo(String.class)
                .list());
    assertThat(actions).containsExactly("[{\"deliver\": [\"a\", \"b\"]}]", "[]");
  }

  private static void migrateTo(DatabaseAddress owner, String version) {
    var unused =
        Flyway.configure()
            .dataSource(owner.jdbcUrl(), owner.user(), owner.password())
            .schemas("sequitur")
            .locations("classpath:db/migration")
            .placeholders(Map.of("app_role", '"' + TestDatabase.appOf(owner).user() + '"'))
            .target(version)
            // Grants are for the newest schema.
            .repeatableSqlMigrationPrefix("none")
            .load()
            .migrate();
  }

  @Test
  void applicationOwnsNothing() {
    assertThat(
            db.count(
                "pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = ?",
                db.app().user()))
        .isZero();
    assertThat(
            db.count(
                "pg_proc p join pg_roles r on r.oid = p.proowner where r.rolname = ?",
                db.app().user()))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table webhook disable trigger all",
        "truncate trigger_delivery",
        "drop table outbox",
        "drop function new_id()",
        "create table sequitur.mine (id int)",
        "update flyway_schema_history set success = false",
        "set session_replication_role = replica"
      })
  void applicationMayNotChangeTheSchemaOrPassItsTriggers(String sql) {
    assertThatThrownBy(() -> db.execute(sql))
        .hasMessageMatching("(?s).*(must be owner|permission denied).*");
  }

  @Test
  void dayPartitionsReachFromYesterdayToTwoWeeksAhead() {
    // Our own database is a copy of one that has few.
    assertThat(Migrations.ensurePartitions(db.jdbi())).isPositive();
    assertThat(Migrations.ensurePartitions(db.jdbi())).isZero();
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    List<String> expected =
        today
            .minusDays(1)
            .datesUntil(today.plusDays(15))
            .map(day -> day.format(DateTimeFormatter.BASIC_ISO_DATE))
            .toList();
    for (String table : List.of("event", "routing", "delivery_done", "attempt")) {
      List<String> days =
          db.jdbi()
              .withHandle(handle ->
                  handle
                      .select(
                          "select right(inhrelid::regclass::text, 8) from pg_inherits where inhparent = ?::regclass order by 1",
                          table)
                      .mapTo(String.class)
                      .list());
      // The template may have been migrated just before midnight.
      assertThat(days).as(table).containsAll(expected.subList(0, 15));
    }
  }

  /** Their rows are written once: see ADR 0006. */
  @Test
  void autovacuumLeavesDaysAlone() {
    String days =
        "pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = any(array['event', 'routing', 'delivery_done', 'attempt']::regclass[])";
    assertThat(
            db.count(
                days
                    + " and c.reloptions @> array['autovacuum_vacuum_insert_threshold=-1', 'autovacuum_analyze_threshold=2147483647']"))
        .isEqualTo(db.count(days))
        .isPositive();
  }

  @Test
  void anOldDayIsDroppedWithItsLedgerAndNothingElse() {
    UUID old = oldEvent();
    UUID young = Ids.next(java.time.Clock.systemUTC());
    insertEvent(young, "young");
    assertThat(drop()).isEqualTo(1);
    assertThat(db.count("event where id = ?", old)).isZero();
    assertThat(db.count("dedupe where event_id = ?", old)).isZero();
    assertThat(db.count("event where id = ?", young)).isEqualTo(1);
    assertThat(db.count("dedupe where event_id = ?", young)).isEqualTo(1);
    assertThat(drop()).isZero();
  }

  @Test
  void aDayWithAnOpenDeliveryIsKept() {
    UUID old = oldEvent();
    db.execute(
        "insert into delivery_open (event_id, webhook_uid, webhook, tenant, state) values (?, 1, 'w', 'default', 'pending')",
        old);
    assertThat(drop()).isZero();
    assertThat(db.count("event where id = ?", old)).isEqualTo(1);
  }

  @Test
  void aDayWithAnEventThatIsNotRoutedIsKept() {
    UUID old = oldEvent();
    db.execute("insert into outbox (event_id, tenant) values (?, 'default')", old);
    assertThat(drop()).isZero();
    db.execute("delete from outbox");
    db.execute("insert into quarantine (event_id, tenant, reason) values (?, 'default', 'r')", old);
    assertThat(drop()).isZero();
  }

  @Test
  void aDayWithAnOpenActionIsKept() {
    UUID old = oldEvent();
    db.execute(
        "insert into action (event_id, trigger, ordinal, tenant, kind, parameters) values (?, 't', 0, 'default', 'notify', '{}')",
        old);
    assertThat(drop()).isZero();
    db.execute("update action set done_at = now()");
    assertThat(drop()).isEqualTo(1);
    assertThat(db.count("action")).isZero();
  }

  @Test
  void lessThanADayIsNeverDropped() {
    assertThatThrownBy(() -> db.value(Integer.class, "select drop_partitions(interval '1 hour')"))
        .hasMessageContaining("at least a day");
  }

  private int drop() {
    return db.value(Integer.class, "select drop_partitions(interval '30 days')");
  }

  private UUID oldEvent() {
    LocalDate day = Instant.now().minus(OLD).atZone(ZoneOffset.UTC).toLocalDate();
    for (String table : List.of("event", "routing", "delivery_done", "attempt")) {
      db.asOwner(
          "do $$ begin execute format('create table %I partition of %I for values from (%L) to (%L)', '"
              + table
              + "_"
              + day.format(DateTimeFormatter.BASIC_ISO_DATE)
              + "', '"
              + table
              + "', first_id_at('"
              + day
              + " 00:00Z'), first_id_at('"
              + day.plusDays(1)
              + " 00:00Z')); end $$");
    }
    Instant noon = day.atTime(12, 0).toInstant(ZoneOffset.UTC);
    UUID id = Ids.next(java.time.Clock.fixed(noon, ZoneOffset.UTC));
    insertEvent(id, "old");
    return id;
  }

  private void insertEvent(UUID id, String ceId) {
    db.execute(
        "insert into event (id, tenant, source, ce_id, type, body) values (?, 'default', '/s', ?, 't', '{}')",
        id,
        ceId);
    db.execute(
        "insert into dedupe (key, event_id) values (?, ?)",
        Digest128.of("default", "/s", ceId),
        id);
  }
}
