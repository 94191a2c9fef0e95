package io.sequitur.db.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever changes a target's set, in whatever way it is written, leaves nobody settled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SyncVersionTest {
  private final World world = new World();
  private final SyncStore store = new SyncStore(world.db.jdbi());
  private final SyncTargets targets = new SyncTargets(world.db.jdbi());

  @BeforeAll
  void twoTenants() {
    world.db.execute(
        """
        with k as (insert into key_value (name, kind, value) values ('used', 'static', 'a'), ('unused', 'static', 'a') returning id, name),
             w as (insert into webhook (name, url, events) values ('w', 'https://receiver.test/', '{a}'), ('x', 'https://receiver.test/', '{a}')
                   returning uid, name),
             h as (insert into webhook_header (webhook_uid, ordinal, name, key_value_id)
                   select w.uid, 0, 'X-A', k.id from w, k where w.name = 'w' and k.name = 'used'),
             g as (insert into signing_key (webhook_uid, secret) select uid, '\\x00' from w)
        insert into trigger (name, events, actions) values ('t', '{a}', '[]')
        """);
    assertThat(targets.put("scaler")).isNotNull();
    assertThat(targets.put("elsewhere", "scaler")).isNotNull();
  }

  @AfterAll
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update webhook set url = 'https://other.test/' where name = 'w'",
        "update webhook_header set name = 'X-B'",
        "update key_value set value = 'b' where name = 'used'",
        "update signing_key set secret = '\\x01'",
        "delete from signing_key",
        "insert into trigger (name, events, actions) values ('u', '{a}', '[]')",
        "update trigger set events = '{b}'",
        "delete from trigger where name = 'u'",
        "insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 't', uid from webhook where name = 'w'",
        "insert into webhook (name, url) values ('w', 'https://third.test/') on conflict (tenant, name) do update set url = excluded.url",
        "merge into webhook w using (values ('w')) v (n) on w.name = v.n when matched then update set retry = 'none'",
        "with moved as (update webhook set timeout_ms = 1000 where name = 'w' returning uid) select count(*) from moved",
        "update webhook set active = false where name = 'x'",
        "delete from webhook where name = 'x'"
      })
  void everyWriteIsSeenAtOnceAndOnlyByItsOwnTenant(String write) {
    settleBoth();
    world.db.execute(write);
    SyncSeen pending = see("default");
    assertThat(pending.settled()).as("before step 2").isFalse();
    targets.drain();
    assertThat(see("default").settled()).as("after step 2").isFalse();
    assertThat(see("elsewhere").settled()).as("another tenant").isTrue();
  }

  @Test
  void whatNoSetIsMadeOfUnsettlesNobody() {
    settleBoth();
    world.db.execute("update key_value set value = value || 'c' where name = 'unused'");
    targets.drain();
    assertThat(see("default").settled()).isTrue();
  }

  @Test
  void truncationUnsettlesEverybody() {
    settleBoth();
    world.db.asOwner("truncate sequitur.trigger cascade");
    assertThat(see("default").settled()).isFalse();
    targets.drain();
    assertThat(see("default").settled()).isFalse();
    assertThat(see("elsewhere").settled()).isFalse();
    world.db.execute("insert into trigger (name, events, actions) values ('t', '{a}', '[]')");
    targets.drain();
  }

  // Its rows have lower numbers than those of whoever committed before it.
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
