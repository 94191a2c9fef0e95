package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.Sql;
import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.EventTypeStore;
import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.db.catalogue.RuleReader;
import io.sequitur.db.testing.TestDatabase;
import io.sequitur.db.webhook.WebhookReaders;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is kept in memory is read through views in schema {@code cached}, whose tables are known to
 * be watched: here by a role that may read nothing else, save for the versions. In production there
 * is one role (ADR 9).
 */
final class LoadersTest {
  private static final TestDatabase DB = TestDatabase.create();
  private static Jdbi loader;

  @BeforeAll
  static void catalogue() {
    DB.asOwner(
        """
        do $$ begin
          create role cache_loader login password 'loader';
        exception when duplicate_object then
          null; -- Of another database of this server.
        end $$;
        grant usage on schema sequitur, cached to cache_loader;
        grant select on all tables in schema cached to cache_loader;
        grant select on cache_epoch, invalidation, uncovered, registered_table to cache_loader;
        grant select (webhook_uid, ordinal, key_value_id, version) on webhook_header to cache_loader;
        grant select (id, version) on key_value to cache_loader;
        grant select (id, webhook_uid, expires_at, version) on signing_key to cache_loader;
        """);
    DatabaseAddress address = DB.owner().as("cache_loader", "loader");
    loader =
        Jdbi.create(
            address.jdbcUrl() + "?currentSchema=" + Sql.SCHEMA, address.user(), address.password());
    DB.execute(
        """
        with k as (insert into key_value (name, kind, value) values ('k', 'static', 'v') returning id),
             w as (insert into webhook (name, url, events) values ('w', 'https://a.test/', '{com.a}') returning uid),
             s as (insert into signing_key (webhook_uid, secret) select uid, 'key' from w)
        insert into webhook_header (webhook_uid, ordinal, name, key_value_id) select w.uid, 0, 'x-a', k.id from w, k
        """);
    DB.execute("insert into trigger (name, events) values ('t', '{com.b}')");
    DB.execute("insert into event_type (name, schema) values ('com.a', '{\"type\":\"object\"}')");
  }

  @AfterAll
  static void close() {
    DB.close();
  }

  @Test
  void webhookIsLoadedThroughItsView() {
    long uid = DB.value(Long.class, "select uid from webhook");
    assertThat(WebhookReaders.of(loader).read(uid).orElseThrow())
        .usingRecursiveComparison()
        .isEqualTo(WebhookReaders.of(DB.jdbi()).read(uid).orElseThrow());
  }

  @Test
  void rulesAreLoadedThroughTheirView() {
    List<RoutingRule> rules = rules(loader);
    assertThat(rules).hasSize(2).isEqualTo(rules(DB.jdbi()));
  }

  @Test
  void eventTypeIsLoadedThroughItsView() {
    Optional<EventTypeRow> type = type(loader);
    assertThat(type).isPresent().isEqualTo(type(DB.jdbi()));
  }

  @Test
  void everyViewHasItsLoaderHere() {
    // Nothing of sync targets is kept in memory: a set is read in the transaction that gives it its
    // generation.
    String views =
        DB.value(
            String.class,
            """
            select string_agg(relname, ' ' order by relname) from pg_class
            where relnamespace = 'cached'::regnamespace and relname not like 'sync\\_%'
            """);
    assertThat(views)
        .as("a new view needs a test above that loads through it")
        .isEqualTo("event_type routing_rule webhook");
  }

  @Test
  void roleMayReadNoTableBehindAView() {
    for (String table : new String[] {"webhook", "trigger", "event_type", "key_value"}) {
      assertThatThrownBy(() -> loader.useHandle(handle -> handle.execute("select * from " + table)))
          .hasMessageContaining("permission denied for table " + table);
    }
  }

  private static List<RoutingRule> rules(Jdbi jdbi) {
    return jdbi.withHandle(handle -> RuleReader.rules(handle, Set.of("default")));
  }

  private static Optional<EventTypeRow> type(Jdbi jdbi) {
    return jdbi.withHandle(handle -> EventTypeStore.find(handle, "default", "com.a"));
  }
}
