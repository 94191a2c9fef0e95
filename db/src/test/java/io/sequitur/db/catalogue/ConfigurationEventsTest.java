package io.sequitur.db.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.db.testing.TestDatabase;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** A change of the catalogue is an event, however it was written. */
final class ConfigurationEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final TestDatabase db = TestDatabase.create();

  @AfterAll
  static void close() {
    db.close();
  }

  @BeforeEach
  void somethingStands() {
    Stream.of("trigger", "webhook", "key_value")
        .forEach(table -> db.execute("delete from " + table));
    db.execute(
        "insert into key_value (name, kind, value) values ('kv', 'static', 'v'), ('spare', 'static', 'v')");
    db.execute(
        "insert into webhook (name, url) values ('w', 'https://a.test/'), ('spare', 'https://a.test/')");
    db.execute(
        "insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 0, 'X-A', 'a' from webhook");
    db.execute("insert into signing_key (webhook_uid, secret) select uid, '\\x01' from webhook");
    db.execute("insert into trigger (name, events) values ('t', '{a}'), ('spare', '{a}')");
    db.execute(
        "insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 't', uid from webhook where name = 'w'");
    forget();
  }

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "key_value | insert   | insert into key_value (name, kind, value) values ('n', 'static', 'v')                | key-value.created n",
        "key_value | update   | update key_value set value = 'x' where name = 'kv'                                   | key-value.updated kv value",
        "key_value | upsert   | insert into key_value (name, kind, value) values ('kv', 'static', 'x'), ('n', 'static', 'x') on conflict (tenant, name) do update set value = excluded.value | key-value.updated kv value, key-value.created n",
        "key_value | merge    | merge into key_value k using (values ('kv'), ('n')) s(name) on k.name = s.name when matched then update set value = 'x' when not matched then insert (name, kind, value) values (s.name, 'static', 'x') | key-value.updated kv value, key-value.created n",
        "key_value | merge to delete | merge into key_value k using (values ('spare')) s(name) on k.name = s.name when matched then delete | key-value.deleted spare",
        "key_value | delete   | delete from key_value where name = 'spare'                                           | key-value.deleted spare",
        "key_value | rename   | update key_value set name = 'renamed' where name = 'kv'                              | key-value.updated renamed name",
        "key_value | truncate | truncate key_value cascade                                                           | key-value.deleted kv, key-value.deleted spare, webhook.updated spare headers, webhook.updated w headers",
        "webhook   | insert   | insert into webhook (name, url) values ('n', 'https://b.test/')                      | webhook.created n",
        "webhook   | update   | update webhook set url = 'https://b.test/', ordered = true where name = 'w'          | webhook.updated w ordered url",
        "webhook   | upsert   | insert into webhook (name, url) values ('w', 'https://b.test/') on conflict (tenant, name) do update set url = excluded.url | webhook.updated w url",
        "webhook   | merge    | merge into webhook w using (values ('w')) s(name) on w.name = s.name when matched then update set active = false | webhook.updated w active",
        "webhook   | cascade  | delete from webhook where name = 'spare'                                             | webhook.deleted spare",
        "webhook   | truncate | truncate webhook cascade                                                             | trigger.updated t deliver, webhook.deleted spare, webhook.deleted w",
        "webhook_header | insert | insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 1, 'X-B', 'b' from webhook where name = 'w' | webhook.updated w headers",
        "webhook_header | update | update webhook_header set value = 'secret' where webhook_uid = (select uid from webhook where name = 'w') | webhook.updated w headers",
        "webhook_header | upsert | insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 0, 'X-A', 'b' from webhook where name = 'w' on conflict (webhook_uid, ordinal) do update set value = excluded.value | webhook.updated w headers",
        "webhook_header | merge  | merge into webhook_header h using webhook w on w.uid = h.webhook_uid and w.name = 'w' when matched then delete | webhook.updated w headers",
        "webhook_header | delete | delete from webhook_header                                                        | webhook.updated spare headers, webhook.updated w headers",
        "webhook_header | truncate | truncate webhook_header                                                         | webhook.updated spare headers, webhook.updated w headers",
        "webhook_header | to another webhook | update webhook_header set webhook_uid = (select uid from webhook where name = 'w'), ordinal = 1 where webhook_uid = (select uid from webhook where name = 'spare') | webhook.updated spare headers, webhook.updated w headers",
        "signing_key | insert   | insert into signing_key (webhook_uid, secret) select uid, '\\x02' from webhook where name = 'w' | webhook.updated w signingSecret",
        "signing_key | update   | update signing_key set expires_at = now() where webhook_uid = (select uid from webhook where name = 'w') | webhook.updated w signingSecret",
        "signing_key | merge    | merge into signing_key g using webhook w on w.uid = g.webhook_uid and w.name = 'w' when matched then update set secret = '\\x03' | webhook.updated w signingSecret",
        "signing_key | delete   | delete from signing_key where webhook_uid = (select uid from webhook where name = 'w')            | webhook.updated w signingSecret",
        "signing_key | truncate | truncate signing_key                                                                | webhook.updated spare signingSecret, webhook.updated w signingSecret",
        "trigger   | insert   | insert into trigger (name, events) values ('n', '{a}')                               | trigger.created n",
        "trigger   | update   | update trigger set filter = 'true' where name = 't'                                  | trigger.updated t on",
        "trigger   | upsert   | insert into trigger (name, events) values ('t', '{b}') on conflict (tenant, name) do update set events = excluded.events | trigger.updated t on",
        "trigger   | merge    | merge into trigger t using (values ('t'), ('n')) s(name) on t.name = s.name when matched then update set description = 'd' when not matched then insert (name, events) values (s.name, '{}') | trigger.created n, trigger.updated t description",
        "trigger   | cascade  | delete from trigger where name = 't'                                                 | trigger.deleted t",
        "trigger   | rename   | update trigger set name = 'renamed' where name = 'spare'                             | trigger.deleted spare, trigger.created renamed",
        "trigger   | truncate | truncate trigger cascade                                                             | trigger.deleted spare, trigger.deleted t",
        "trigger_delivery | insert | insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 'spare', uid from webhook where name = 'w' | trigger.updated spare deliver",
        "trigger_delivery | update | update trigger_delivery set webhook_uid = (select uid from webhook where name = 'spare') | trigger.updated t deliver",
        "trigger_delivery | merge  | merge into trigger_delivery d using webhook w on w.uid = d.webhook_uid when matched then delete | trigger.updated t deliver",
        "trigger_delivery | delete | delete from trigger_delivery                                                    | trigger.updated t deliver",
        "trigger_delivery | truncate | truncate trigger_delivery                                                     | trigger.updated t deliver",
      })
  void everyWayToWriteLeavesItsEvents(String table, String way, String sql, String expected) {
    // Only the owner may truncate; both write as anyone would by hand.
    if (way.equals("truncate")) {
      db.asOwner(sql);
    } else {
      db.execute(sql);
    }
    assertThat(events()).containsExactlyInAnyOrder(expected.split(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key_value (name, kind, value)                        | n,static,v      | key-value.created n",
        "webhook (name, url)                                  | n,https://b.test | webhook.created n",
        "webhook_header (webhook_uid, ordinal, name, value)   | W,1,X-B,b       | webhook.updated w headers",
        "signing_key (webhook_uid, secret)                    | W,\\x02         | webhook.updated w signingSecret",
        "trigger (name, events)                               | n,{a}           | trigger.created n",
        "trigger_delivery (tenant, trigger, webhook_uid)      | default,spare,W | trigger.updated spare deliver",
      })
  void copyLeavesItsEvents(String into, String row, String expected) {
    String uid = db.value(String.class, "select uid::text from webhook where name = 'w'");
    db.jdbi()
        .useHandle(
            handle -> copy(handle, "copy " + into + " from stdin csv", row.replace("W", uid)));
    assertThat(events()).containsExactly(expected);
  }

  @Test
  void oneTransactionIsOneEventForEachThing() {
    db.jdbi()
        .useTransaction(handle -> {
          handle.execute("insert into webhook (name, url) values ('n', 'https://b.test/')");
          handle.execute("update webhook set ordered = true where name = 'n'");
          handle.execute(
              "insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 0, 'X', 'y' from webhook where name = 'n'");
          handle.execute("update webhook set url = 'https://c.test/' where name = 'w'");
          handle.execute(
              "delete from webhook_header where webhook_uid = (select uid from webhook where name = 'w')");
          handle.execute(
              "insert into key_value (name, kind, value) values ('short-lived', 'static', 'v')");
          handle.execute("delete from key_value where name = 'short-lived'");
        });
    assertThat(events()).containsExactly("webhook.created n", "webhook.updated w headers url");
    JsonNode created = dataOf("webhook.created");
    assertThat(created.at("/new/ordered").booleanValue()).isTrue();
    assertThat(created.at("/new/headers/0/name").textValue()).isEqualTo("X");
  }

  @Test
  void aNameMadeAgainIsDeletedAndCreated() {
    db.jdbi()
        .useTransaction(handle -> {
          handle.execute("delete from webhook where name = 'spare'");
          handle.execute("insert into webhook (name, url) values ('spare', 'https://b.test/')");
        });
    assertThat(events()).containsExactly("webhook.deleted spare", "webhook.created spare");
  }

  @Test
  void whatEndsAsItWasIsNoEvent() {
    db.execute("update webhook set url = url");
    db.execute("update key_value set value = value");
    db.execute("delete from webhook where name = 'nobody'");
    db.jdbi()
        .useTransaction(handle -> {
          handle.execute("update trigger set filter = 'true'");
          handle.execute("update trigger set filter = null");
          handle.execute("create temporary table h on commit drop as select * from webhook_header");
          handle.execute("delete from webhook_header");
          handle.execute("insert into webhook_header select * from h");
        });
    assertThat(events()).isEmpty();
    assertThat(db.count("configuration_touched")).isZero();
  }

  @Test
  void whatIsRolledBackIsNoEvent() {
    try (Handle handle = db.open()) {
      handle.execute("update webhook set url = 'https://b.test/'");
      handle.rollback();
    }
    try (Handle handle = db.open()) {
      handle.savepoint("s");
      handle.execute("update webhook set url = 'https://b.test/'");
      handle.rollbackToSavepoint("s");
      handle.execute("update key_value set value = 'x' where name = 'kv'");
      handle.commit();
    }
    assertThat(events()).containsExactly("key-value.updated kv value");
  }

  @Test
  void anEventSaysWhatItWasWhatItIsAndWhatChanged() {
    db.execute(
        "update webhook set url = 'https://b.test/', timeout_ms = 90000 / 3, rate_count = 5, rate_per_ms = 1000 where name = 'w'");
    JsonNode data = dataOf("webhook.updated");
    assertThat(texts(data.get("changed"))).containsExactly("rateLimit", "timeout", "url");
    assertThat(data.get("name").textValue()).isEqualTo("w");
    assertThat(data.at("/old/url").textValue()).isEqualTo("https://a.test/");
    assertThat(data.at("/new/url").textValue()).isEqualTo("https://b.test/");
    assertThat(data.at("/new/timeout").textValue()).isEqualTo("30s");
    assertThat(data.at("/new/rateLimit").toString()).isEqualTo("{\"per\":\"1s\",\"count\":5}");
    assertThat(data.at("/new/onExhausted").textValue()).isEqualTo("block");
    assertThat(data.get("new").has("version")).isFalse();
    db.execute("delete from webhook_header");
    assertThat(dataOf("webhook.updated").get("old")).isEqualTo(data.get("new"));
  }

  @Test
  void eventsOfOneThingAreOneLane() {
    db.execute("update webhook set url = 'https://b.test/' where name = 'w'");
    assertThat(
            db.count(
                "outbox o join event e on e.id = o.event_id where e.type = 'sequitur.webhook.updated'"
                    + " and e.source = '/sequitur/default/webhooks' and e.subject = 'w' and e.partition_key = 'w'"
                    + " and e.depth is null and o.partition is not null"))
        .isEqualTo(1);
  }

  @Test
  void theTenantOfAThingIsTheTenantOfItsEvents() {
    db.execute(
        "insert into key_value (tenant, name, kind, value) values ('a/b', 'kv', 'static', 'x')");
    db.execute("insert into trigger (tenant, name, events) values ('a/b', 't', '{}')");
    assertThat(
            db.count(
                "outbox o join event e on e.id = o.event_id where o.tenant = 'a/b' and e.tenant = 'a/b'"
                    + " and e.source like '/sequitur/a/b/%'"))
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into key_value (name, kind, secret) values ('n', 'secret', 'canary'); update key_value set secret = 'canary2' where name = 'n'; delete from key_value where name = 'n'",
        "update key_value set kind = 'secret', secret = 'canary', value = null where name = 'kv'; update key_value set kind = 'static', secret = null, value = 'v' where name = 'kv'",
        "insert into signing_key (webhook_uid, secret) select uid, 'canary' from webhook; update signing_key set secret = 'canary2'; delete from signing_key",
        "update webhook_header set value = 'canary'; update webhook_header set value = 'canary2'; delete from webhook_header",
      })
  void aSecretIsInNoEventInAnySpelling(String statements) {
    for (String statement : statements.split("; ")) {
      db.execute(statement);
      assertThat(events()).as(statement).isNotEmpty();
    }
    for (String table : List.of("event", "configuration_state")) {
      assertThat(
              db.count(
                  table
                      + " t where t::text ~ 'canary' or t::text ~ encode('canary', 'hex') or t::text ~ encode('canary', 'base64')"))
          .as(table)
          .isZero();
    }
  }

  @Test
  void aSecretThatChangedIsNamed() {
    db.execute("insert into key_value (name, kind, secret) values ('n', 'secret', 'one')");
    forget();
    db.execute("update key_value set secret = 'two' where name = 'n'");
    assertThat(events()).containsExactly("key-value.updated n value");
    db.execute(
        "insert into key_value (name, kind, value) values ('e', 'environment', 'ERP_TOKEN')");
    assertThat(dataOf("key-value.created").at("/new/value").textValue()).isEqualTo("ERP_TOKEN");
  }

  @Test
  void writersOfOneWebhookFollowEachOther() throws Exception {
    db.execute(
        "insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 1, 'X-B', 'b' from webhook where name = 'w'");
    forget();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle first = db.open()) {
      first.execute("update webhook_header set name = 'X-1' where ordinal = 0");
      // Its events are made now, and its lock is held until it ends.
      first.execute("set constraints all immediate");
      Future<?> second =
          threads.submit(
              () -> db.execute("update webhook_header set name = 'X-2' where ordinal = 1"));
      db.awaitWaiterOn(first);
      first.commit();
      second.get();
    }
    List<JsonNode> both =
        bodies().stream().filter(body -> body.path("subject").asText().equals("w")).toList();
    assertThat(both).hasSize(2);
    assertThat(both.getLast().at("/data/old")).isEqualTo(both.getFirst().at("/data/new"));
    assertThat(both.getLast().at("/data/new/headers").findValuesAsText("name"))
        .containsExactly("X-1", "X-2");
  }

  @Test
  void manyRowsOfOneStatementAreAsManyEvents() {
    db.execute(
        "insert into webhook (name, url) select 'bulk-' || n, 'https://a.test/' from generate_series(1, 2000) n");
    assertThat(db.count("event where type = 'sequitur.webhook.created' and subject like 'bulk-%'"))
        .isEqualTo(2000);
    assertThat(db.count("configuration_touched")).isZero();
  }

  @Test
  void whatIsTooLargeForAnEventIsLeftOut() {
    db.execute("update trigger set description = repeat('x', 200000) where name = 't'");
    db.execute("update trigger set description = repeat('y', 200000) where name = 't'");
    JsonNode data = dataOf("trigger.updated");
    assertThat(data.get("omitted").toString()).isEqualTo("[\"new\",\"old\"]");
    assertThat(texts(data.get("changed"))).containsExactly("description");
  }

  @Test
  void everyTableOfTheCatalogueIsRegisteredAndHasItsTriggers() {
    List<String> versioned =
        texts(
            "select tgrelid::regclass::text from pg_trigger where tgname = 'stamp_version' order by 1");
    assertThat(
            texts(
                "select table_name from configuration_table where to_regclass(table_name) is not null order by 1"))
        .containsExactlyElementsOf(versioned);
    for (String table : versioned) {
      assertThat(
              texts(
                  "select tgname from pg_trigger where tgrelid = '"
                      + table
                      + "'::regclass and tgname like 'touch_%' and tgenabled = 'O' order by 1"))
          .as(table)
          .containsExactly("touch_delete", "touch_insert", "touch_truncate", "touch_update");
    }
  }

  @Test
  void aTableThatComesLaterIsAttached() {
    Jdbi owner =
        Jdbi.create(
            db.owner().jdbcUrl() + "?currentSchema=sequitur",
            db.owner().user(),
            db.owner().password());
    owner.useHandle(handle -> {
      handle.execute(
          "create table later (tenant text not null default 'default', name text primary key, max_age integer)");
      handle.execute("insert into later (name) values ('known')");
      handle.execute(
          "create function state_of_later(keys text[]) returns table (key text, tenant text, name text, state jsonb, secrets jsonb) "
              + "language sql stable as 'select t.name, t.tenant, t.name, shown(to_jsonb(t)), jsonb ''{}'' from later t where t.name = any(keys)'");
      handle.execute(
          "insert into configuration_table values ('later', 'later-thing', 'r.name', 'state_of_later')");
      assertThat(handle.select("select attach_configuration_events()").mapTo(Integer.class).one())
          .isEqualTo(1);
      assertThat(handle.select("select attach_configuration_events()").mapTo(Integer.class).one())
          .isZero();
      handle.execute("update later set max_age = 3");
      handle.execute("delete from configuration_table where table_name = 'later'");
      handle.execute("drop table later");
    });
    assertThat(events()).containsExactly("later-thing.updated known maxAge");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select publish('sequitur.webhook.updated', '/s', null, null)",
        "select append_event('default', 'sequitur.webhook.updated', '/s', null, null, '1', null, '{}', null, null)",
        "select announce('webhook', 'default', 'w', null, '{}', '{}')",
        "delete from configuration_state",
        "insert into configuration_touched values ('1', 'webhook', '1')",
        "update configuration_table set kind = 'x'",
      })
  void nobodyMakesUpWhatTheEngineSays(String sql) {
    assertThatThrownBy(() -> db.execute(sql))
        .hasMessageMatching("(?s).*(permission denied|the engine's own).*");
  }

  private void forget() {
    db.execute("delete from outbox");
  }

  /** What was not forgotten, in the order of the outbox: type, subject, what changed. */
  private List<String> events() {
    return bodies().stream()
        .map(body ->
            Stream.concat(
                    Stream.of(
                        body.get("type").asText().substring("sequitur.".length()),
                        body.get("subject").asText()),
                    texts(body.at("/data/changed")).stream())
                .reduce((a, b) -> a + " " + b)
                .orElseThrow())
        .toList();
  }

  private List<JsonNode> bodies() {
    return texts("select e.body from outbox o join event e on e.id = o.event_id order by o.seq")
        .stream()
        .map(ConfigurationEventsTest::json)
        .toList();
  }

  /** Of the last event of this type. */
  private JsonNode dataOf(String type) {
    return bodies().stream()
        .filter(body -> body.get("type").asText().equals("sequitur." + type))
        .reduce((a, b) -> b)
        .orElseThrow()
        .get("data");
  }

  private List<String> texts(String sql) {
    return db.jdbi().withHandle(handle -> handle.select(sql).mapTo(String.class).list());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static void copy(Handle handle, String command, String row) {
    try {
      handle
          .getConnection()
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn(command, new StringReader(row + "\n"));
    } catch (SQLException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
