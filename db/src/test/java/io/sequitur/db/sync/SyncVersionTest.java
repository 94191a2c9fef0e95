package io.sequitur.db.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever changes a target's set, in whatever way it is written, leaves nobody settled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SyncVersionTest {
  private final World world = new World();
  private final SyncStore store = new SyncStore(world.db.jdbi());
  private final SyncTargets targets = new SyncTargets(world.db.jdbi());

  @BeforeEach
  void somethingStands() {
    for (String table : List.of("trigger", "webhook", "key_value")) {
      world.db.execute("delete from " + table);
    }
    world.db.execute(
        """
        with k as (insert into key_value (name, kind, value) values ('used', 'static', 'a'), ('unused', 'static', 'a') returning id, name),
             w as (insert into webhook (name, url, events) values
                     ('w', 'https://receiver.test/', '{a}'), ('x', 'https://receiver.test/', '{a}'), ('fed', 'https://receiver.test/', null)
                   returning uid, name),
             h as (insert into webhook_header (webhook_uid, ordinal, name, key_value_id)
                   select w.uid, 0, 'X-A', k.id from w, k where w.name = 'w' and k.name = 'used'),
             g as (insert into signing_key (webhook_uid, secret) select uid, '\\x00' from w),
             t as (insert into trigger (name, events, actions) values ('t', '{a}', '[]'), ('bare', '{a}', '[]') returning name)
        insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', t.name, w.uid from t, w
         where t.name = 't' and w.name = 'fed'
        """);
    assertThat(targets.put("scaler")).isNotNull();
    assertThat(targets.put("elsewhere", "scaler")).isNotNull();
  }

  @AfterAll
  void close() {
    world.close();
  }

  // No test of the host: every way to write, by whomever.
  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "webhook | update         | update webhook set url = 'https://other.test/' where name = 'w'",
        "webhook | upsert         | insert into webhook (name, url) values ('w', 'https://third.test/') on conflict (tenant, name) do update set url = excluded.url",
        "webhook | merge          | merge into webhook w using (values ('w')) v (n) on w.name = v.n when matched then update set retry = 'none'",
        "webhook | merge, delete  | merge into webhook w using (values ('x')) v (n) on w.name = v.n when matched then delete",
        "webhook | writable cte   | with moved as (update webhook set timeout_ms = 1000 where name = 'w' returning uid) select count(*) from moved",
        "webhook | inactive       | update webhook set active = false where name = 'x'",
        "webhook | rename         | update webhook set name = 'renamed' where name = 'fed'",
        "webhook | cascade        | delete from webhook where name = 'x'",
        "webhook | as a replica   | update webhook set url = 'https://other.test/' where name = 'w'",
        "trigger_delivery | as a replica | delete from trigger_delivery",
        "webhook_header | insert  | insert into webhook_header (webhook_uid, ordinal, name, value) select uid, 0, 'X-B', 'b' from webhook where name = 'fed'",
        "webhook_header | update  | update webhook_header set name = 'X-B'",
        "webhook_header | key move| update webhook_header set webhook_uid = (select uid from webhook where name = 'fed')",
        "webhook_header | delete  | delete from webhook_header",
        "webhook_header | merge   | merge into webhook_header h using webhook w on w.uid = h.webhook_uid when matched then delete",
        "key_value | update       | update key_value set value = 'b' where name = 'used'",
        "key_value | kind         | update key_value set kind = 'environment', value = 'HOME' where name = 'used'",
        "key_value | rename       | update key_value set name = 'renamed' where name = 'used'",
        "key_value | upsert       | insert into key_value (name, kind, value) values ('used', 'static', 'x'), ('n', 'static', 'x') on conflict (tenant, name) do update set value = excluded.value",
        "key_value | merge        | merge into key_value k using (values ('used')) s(name) on k.name = s.name when matched then update set value = 'y'",
        "key_value | writable cte | with x as (update key_value set value = 'z' where name = 'used' returning 1) select count(*) from x",
        "signing_key | insert     | insert into signing_key (webhook_uid, secret) select uid, '\\x02' from webhook where name = 'fed'",
        "signing_key | update     | update signing_key set secret = '\\x01'",
        "signing_key | key move   | update signing_key set webhook_uid = (select uid from webhook where name = 'fed')",
        "signing_key | delete     | delete from signing_key",
        "trigger | insert         | insert into trigger (name, events, actions) values ('u', '{a}', '[]')",
        "trigger | update         | update trigger set events = '{b}' where name = 'bare'",
        "trigger | rename         | update trigger set name = 'renamed' where name = 'bare'",
        "trigger | cascade        | delete from trigger where name = 't'",
        "trigger | merge, insert  | merge into trigger t using (values ('u')) v (n) on t.name = v.n when not matched then insert (name, events) values (n, '{a}')",
        "trigger_delivery | insert   | insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 't', uid from webhook where name = 'w'",
        "trigger_delivery | update   | update trigger_delivery set webhook_uid = (select uid from webhook where name = 'x')",
        "trigger_delivery | key move | update trigger_delivery set trigger = 'bare'",
        "trigger_delivery | delete   | delete from trigger_delivery",
        "webhook | copy           | webhook (name, url, events) from n,https://b.test,{}",
        "webhook_header | copy    | webhook_header (webhook_uid, ordinal, name, value) from FED,1,X-B,b",
        "signing_key | copy       | signing_key (webhook_uid, secret) from FED,\\x02",
        "trigger | copy           | trigger (name, events) from n,{a}",
        "trigger_delivery | copy  | trigger_delivery (tenant, trigger, webhook_uid) from default,bare,FED",
      })
  void everyWriteIsSeenAtOnceAndOnlyByItsOwnTenant(String table, String way, String write) {
    settleBoth();
    write(way, write);
    String what = way + " of " + table;
    assertThat(see("default").settled()).as(what + ", before step 2").isFalse();
    targets.drain();
    assertThat(see("default").settled()).as(what + ", after step 2").isFalse();
    assertThat(see("elsewhere").settled()).as(what + ", another tenant").isTrue();
  }

  private void write(String way, String write) {
    if (way.equals("copy")) {
      long fed = world.db.value(Long.class, "select uid from webhook where name = 'fed'");
      String[] parts = write.split(" from ");
      world.db.copy(parts[0], parts[1].replace("FED", Long.toString(fed)));
    } else if (way.endsWith("as a replica")) {
      world.db.asOwner("set session_replication_role = replica; " + write);
    } else {
      world.db.execute(write);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"w", "fed"})
  void whatMovesToAnotherTenantIsSeenByBoth(String webhook) {
    settleBoth();
    world.db.execute("update webhook set tenant = 'elsewhere' where name = ?", webhook);
    for (String tenant : List.of("default", "elsewhere")) {
      assertThat(see(tenant).settled()).as(tenant + ", before step 2").isFalse();
    }
    targets.drain();
    for (String tenant : List.of("default", "elsewhere")) {
      assertThat(see(tenant).settled()).as(tenant + ", after step 2").isFalse();
    }
  }

  @Test
  void whatNoSetIsMadeOfUnsettlesNobody() {
    settleBoth();
    world.db.execute("update key_value set value = value || 'c' where name = 'unused'");
    targets.drain();
    assertThat(see("default").settled()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "truncate webhook cascade",
        "truncate webhook_header",
        "truncate signing_key",
        "truncate key_value cascade",
        "truncate trigger cascade",
        "truncate trigger_delivery",
        // What fires no trigger of the table.
        "alter table webhook alter column description type varchar using upper(description)",
        "alter table webhook add column extra text default 'x'; alter table webhook drop column extra",
      })
  void whatNoRowTellsOfUnsettlesEverybody(String sql) {
    settleBoth();
    world.db.asOwner("set search_path = sequitur; " + sql);
    assertThat(see("default").settled()).isFalse();
    targets.drain();
    assertThat(see("default").settled()).isFalse();
    assertThat(see("elsewhere").settled()).isFalse();
  }

  // No test of the host: while nobody notes what is written, nothing is the newest.
  @Test
  void whileItsTriggersAreOffNoSetIsSettled() {
    settleBoth();
    world.db.asOwner("alter table webhook disable trigger sequitur_invalidate_update");
    try {
      targets.drain();
      targets.settle("default", "scaler");
      assertThat(see("default").settled()).isFalse();
      world.db.asOwner("update webhook set retry = '7s'");
    } finally {
      world.db.asOwner("alter table webhook enable always trigger sequitur_invalidate_update");
    }
    targets.drain();
    assertThat(see("default").settled()).as("what was written meanwhile").isFalse();
    settleBoth();
  }

  // No test of the host: its rows have lower numbers than those of whoever committed before it.
  @Test
  void aLongTransactionThatCommitsLastIsNotSkipped() {
    try (Handle slow = world.db.open()) {
      slow.execute("update webhook set max_concurrency = max_concurrency + 1 where name = 'w'");
      world.db.execute("update trigger set description = description || 'x'");
      settleBoth();
      assertThat(see("default").settled()).isTrue();
      slow.commit();
    }
    assertThat(see("default").settled()).isFalse();
    targets.drain();
    assertThat(see("default").settled()).isFalse();
  }

  @Test
  void whatIsRolledBackNeverWas() {
    settleBoth();
    Consumer<Handle> write =
        handle -> handle.execute("update trigger set description = description || 'y'");
    try (Handle undone = world.db.open()) {
      write.accept(undone);
      undone.rollback();
    }
    assertThat(see("default").settled()).isTrue();
  }

  private SyncSeen see(String tenant) {
    return store.see(tenant, "scaler").orElseThrow();
  }

  private void settleBoth() {
    targets.drain();
    targets.settle("default", "scaler");
    targets.settle("elsewhere", "scaler");
    assertThat(see("default").settled()).isTrue();
  }
}
