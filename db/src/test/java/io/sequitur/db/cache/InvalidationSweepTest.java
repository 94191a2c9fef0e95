package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.TestDatabase;
import io.sequitur.db.webhook.WebhookReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every registered table by every way to write it: what a loader would read of a thing changes only
 * together with an invalidation of that thing's key, and no other thing's key is touched.
 */
final class InvalidationSweepTest {
  private static final TestDatabase db = TestDatabase.create();

  /** What loaders read, by the key that it is cached under. */
  private static final String LOADED =
      """
      select 'sequitur:webhook:' || uid as key, w::text as value from cached.webhook w
      union all
      select 'sequitur:triggers@' || tenant, jsonb_agg(to_jsonb(r) order by name)::text from cached.routing_rule r group by tenant
      union all
      select 'sequitur:event-type:' || name, e::text from cached.event_type e
      """;

  @AfterAll
  static void close() {
    db.close();
  }

  @BeforeEach
  void somethingStands() {
    db.asOwner("truncate webhook, key_value, trigger, event_type restart identity cascade");
    db.execute(
        "insert into key_value (name, kind, value) values ('kv', 'static', 'v'), ('spare', 'static', 'v')");
    db.execute(
        "insert into webhook (name, url, events) values ('w', 'https://a.test/', '{}'), ('spare', 'https://a.test/', '{}'), ('bare', 'https://a.test/', null)");
    db.execute(
        "insert into webhook (tenant, name, url, events) values ('other', 'w', 'https://a.test/', '{}')");
    db.execute(
        "insert into webhook_header (webhook_uid, ordinal, name, key_value_id) select uid, 0, 'X-A', 1 from webhook where name = 'w' and tenant = 'default'");
    db.execute("insert into signing_key (webhook_uid, secret) select uid, '\\x01' from webhook");
    db.execute("insert into trigger (name, events) values ('t', '{a}'), ('spare', '{a}')");
    db.execute("insert into trigger (tenant, name, events) values ('other', 't', '{a}')");
    db.execute(
        "insert into trigger_delivery (tenant, trigger, webhook_uid) values ('default', 't', 1)");
    db.execute(
        "insert into event_type (name, schema) values ('com.a', '{\"type\": \"object\"}'), ('com.b', null)");
    drain();
  }

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "key_value | update           | update key_value set value = 'x' where name = 'kv'",
        "key_value | no-op update     | update key_value set id = default where false",
        "key_value | upsert           | insert into key_value (name, kind, value) values ('kv', 'static', 'x'), ('n', 'static', 'x') on conflict (tenant, name) do update set value = excluded.value",
        "key_value | merge            | merge into key_value k using (values ('kv')) s(name) on k.name = s.name when matched then update set value = 'y'",
        "key_value | writable cte     | with x as (update key_value set value = 'z' where name = 'kv' returning 1) select count(*) from x",
        "key_value | kind             | update key_value set kind = 'environment', value = 'HOME' where name = 'kv'",
        "key_value | delete of spare  | delete from key_value where name = 'spare'",
        "webhook | insert             | insert into webhook (name, url, events) values ('n', 'https://b.test/', '{}'), ('n2', 'https://b.test/', '{}')",
        "webhook | update             | update webhook set url = 'https://b.test/' where name = 'bare'",
        "webhook | many               | update webhook set timeout_ms = 900 where tenant = 'default'",
        "webhook | inactive           | update webhook set active = false where name = 'spare'",
        "webhook | tenant             | update webhook set tenant = 'other', name = 'moved' where name = 'spare'",
        "webhook | upsert             | insert into webhook (name, url) values ('spare', 'https://c.test/') on conflict (tenant, name) do update set url = excluded.url",
        "webhook | cascade            | delete from webhook where name = 'spare'",
        "webhook_header | insert      | insert into webhook_header (webhook_uid, ordinal, name, value) values (2, 1, 'X-B', 'b')",
        "webhook_header | link        | insert into webhook_header (webhook_uid, ordinal, name, key_value_id) values (2, 1, 'X-B', 1)",
        "webhook_header | update      | update webhook_header set key_value_id = 2",
        "webhook_header | key move    | update webhook_header set webhook_uid = 2",
        "webhook_header | delete      | delete from webhook_header",
        "webhook_header | merge       | merge into webhook_header h using webhook w on w.uid = h.webhook_uid when matched then delete",
        "signing_key | insert         | insert into signing_key (webhook_uid, secret) values (1, '\\x02')",
        "signing_key | update         | update signing_key set expires_at = now() - interval '1 s' where webhook_uid = 1",
        "signing_key | key move       | update signing_key set webhook_uid = 3 where webhook_uid = 2",
        "signing_key | delete         | delete from signing_key where webhook_uid = 1",
        "trigger | insert             | insert into trigger (name, events) values ('n', '{a}')",
        "trigger | update             | update trigger set filter = 'true' where name = 't' and tenant = 'default'",
        "trigger | rename             | update trigger set name = 'renamed' where name = 'spare'",
        "trigger | tenant             | update trigger set tenant = 'other', name = 'moved' where name = 'spare'",
        "trigger | cascade            | delete from trigger where name = 't' and tenant = 'default'",
        "trigger_delivery | insert    | insert into trigger_delivery (tenant, trigger, webhook_uid) values ('default', 'spare', 2)",
        "trigger_delivery | update    | update trigger_delivery set webhook_uid = 2",
        "trigger_delivery | key move  | update trigger_delivery set trigger = 'spare'",
        "trigger_delivery | delete    | delete from trigger_delivery",
        "event_type | insert          | insert into event_type (name) values ('com.c')",
        "event_type | update of json  | update event_type set schema = '{\"type\": \"array\"}' where name = 'com.a'",
        "event_type | another spelling| update event_type set schema = '{\"type\":  \"object\"}' where name = 'com.a'",
        "event_type | rename          | update event_type set name = 'com.z' where name = 'com.b'",
        "event_type | delete          | delete from event_type where name = 'com.a'",
      })
  void changeAndItsInvalidationComeTogether(String table, String way, String sql) {
    for (boolean replica : List.of(false, true)) {
      somethingStands();
      Map<String, String> before = loaded();
      if (replica) {
        db.asOwner("set session_replication_role = replica; " + sql);
      } else {
        db.execute(sql);
      }
      Set<String> changed = differing(before, loaded());
      assertThat(stale())
          .as(way + " of " + table + (replica ? " as a replica" : ""))
          .containsAll(changed);
      assertThat(changed.isEmpty()).isEqualTo(way.startsWith("no-op") || way.endsWith("of spare"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "webhook_header (webhook_uid, ordinal, name, value) | 2,1,X-B,b",
        "signing_key (webhook_uid, secret)                  | 2,\\x02",
        "webhook (name, url, events)                        | n,https://b.test,{}",
        "trigger (name, events)                             | n,{a}",
        "trigger_delivery (tenant, trigger, webhook_uid)    | default,spare,2",
        "event_type (name)                                  | com.c",
      })
  void copyInvalidates(String into, String row) {
    Map<String, String> before = loaded();
    db.copy(into, row);
    assertThat(stale()).containsAll(differing(before, loaded())).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "webhook",
    "webhook_header",
    "signing_key",
    "key_value",
    "trigger",
    "trigger_delivery",
    "event_type"
  })
  void truncateInvalidatesEverything(String table) {
    db.asOwner("truncate " + table + " cascade");
    assertThat(db.jdbi().withHandle(InvalidationStore::drain).everything()).isTrue();
  }

  @Test
  void whatDoesNotChangeInvalidatesNothing() {
    db.execute("update webhook set url = 'x' where name = 'nobody'");
    assertThat(db.count("invalidation")).isZero();
  }

  /** Attempts compare versions of rows, so they must be given to everybody's rows. */
  @Test
  void writesAsAReplicaChangeTheVersionThatAttemptsCompare() {
    String sql = "select " + WebhookReader.VERSION + " from webhook w where uid = 1";
    String before = db.value(String.class, sql);
    db.asOwner(
        "set session_replication_role = replica; update key_value set value = 'r' where name = 'kv'");
    String after = db.value(String.class, sql);
    assertThat(after).isNotEqualTo(before);
    db.asOwner(
        "set session_replication_role = replica; update webhook set url = 'https://r.test/' where uid = 1");
    assertThat(db.value(String.class, sql)).isNotEqualTo(after);
  }

  @Test
  void rollbackToASavepointTakesTheInvalidationAlong() {
    db.jdbi()
        .useTransaction(handle -> {
          handle.execute("update key_value set value = 'kept' where name = 'kv'");
          handle.execute("savepoint here");
          handle.execute("update webhook set url = 'https://dropped.test/' where name = 'bare'");
          handle.execute("rollback to savepoint here");
        });
    assertThat(keys()).containsExactly("sequitur:key-value:1");
  }

  @Test
  void aKeyValueMakesOnlyTheWebhooksStaleThatUseIt() {
    db.execute(
        "insert into webhook (name, url) select 'm' || i, 'https://m.test/' from generate_series(1, 10000) i");
    db.execute(
        "insert into webhook_header (webhook_uid, ordinal, name, key_value_id) select uid, 0, 'X', 2 from webhook where name in ('m1', 'm500', 'm9999')");
    drain();
    Map<String, Long> before = epochs();
    db.execute("update key_value set value = 'new' where name = 'spare'");
    Stale stale = db.jdbi().inTransaction(InvalidationStore::drain);
    assertThat(stale.everything()).isFalse();
    assertThat(stale.webhooks()).hasSize(3);
    Map<String, Long> after = epochs();
    after.entrySet().removeAll(before.entrySet());
    assertThat(after.keySet())
        .hasSize(5)
        // The second one is the version of what sync targets hold: it says that any has changed.
        .contains("default sequitur:key-value:2", "default sequitur:webhooks")
        .containsAll(
            stale.webhooks().stream().map(uid -> "default sequitur:webhook:" + uid).toList());
  }

  // A tenant's writes and another's epochs.
  @Test
  void anotherTenantsWritesTouchNoneOfOurs() {
    Map<String, Long> before = epochs();
    db.execute("update webhook set url = 'https://theirs.test/' where tenant = 'other'");
    db.execute("update trigger set filter = 'false' where tenant = 'other'");
    db.execute(
        "insert into key_value (tenant, name, kind, value) values ('other', 'kv', 'static', 'v')");
    drain();
    Map<String, Long> after = epochs();
    after.entrySet().removeAll(before.entrySet());
    assertThat(after.keySet()).isNotEmpty().allMatch(key -> key.startsWith("other "));
  }

  private static Map<String, Long> epochs() {
    Map<String, Long> epochs = new TreeMap<>();
    db.jdbi()
        .useHandle(handle ->
            handle
                .createQuery("select tenant || ' ' || key as key, epoch from cache_epoch")
                .map((rs, ctx) -> epochs.put(rs.getString("key"), rs.getLong("epoch")))
                .list());
    return epochs;
  }

  /** What the next step 2 would make stale: the keys of things, as they stand in LOADED. */
  private static Set<String> stale() {
    Set<String> stale =
        db.jdbi()
            .withHandle(handle ->
                handle
                    .createQuery(
                        """
                        select distinct case when key = 'sequitur:triggers' then key || '@' || tenant
                                             else key end as key from invalidation
                        union
                        select 'sequitur:webhook:' || h.webhook_uid from invalidation i
                        join webhook_header h on i.key = 'sequitur:key-value:' || h.key_value_id
                        """)
                    .mapTo(String.class)
                    .stream()
                    .collect(Collectors.toSet()));
    drain();
    return stale;
  }

  private static List<String> keys() {
    return db.jdbi()
        .withHandle(handle ->
            handle
                .createQuery("select key from invalidation order by key")
                .mapTo(String.class)
                .list());
  }

  private static Map<String, String> loaded() {
    Map<String, String> loaded = new TreeMap<>();
    db.jdbi()
        .useHandle(handle ->
            handle
                .createQuery(LOADED)
                .map((rs, ctx) -> loaded.put(rs.getString("key"), rs.getString("value")))
                .list());
    return loaded;
  }

  private static Set<String> differing(Map<String, String> before, Map<String, String> after) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    keys.removeIf(key -> before.containsKey(key) && before.get(key).equals(after.get(key)));
    return keys;
  }

  private static void drain() {
    db.jdbi().useTransaction(InvalidationStore::drain);
  }
}
