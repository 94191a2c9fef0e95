package io.sequitur.db.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SyncTargetStoreTest {
  private static final Duration OVERLAP = Duration.ofHours(1);

  private final TestDatabase db = TestDatabase.create();
  private final SyncTargetStore store = new SyncTargetStore(db.jdbi());

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void whatIsPutIsFoundAndReplacedOnlyByWhoeverHasSeenIt() {
    assertThat(put("a", null, 1)).isEqualTo(PutOutcome.CREATED);
    SyncTargetRow made = store.find("default", "a").orElseThrow();
    assertThat(made.content()).isEqualTo(SyncTargets.content("a"));
    assertThat(put("a", "0", 1)).isEqualTo(PutOutcome.STALE);
    assertThat(put("a", made.version(), 1)).isEqualTo(PutOutcome.REPLACED);
    SyncTargetRow again = store.find("default", "a").orElseThrow();
    assertThat(again.uid()).isEqualTo(made.uid());
    assertThat(store.find("other", "a")).isEmpty();
  }

  @Test
  void aKeyStaysUntilAnotherIsGiven() {
    put("a", null, 1);
    put("a", null, 2);
    assertThat(newestKey("a")).containsExactly(1);
    assertThat(store.put("default", SyncTargets.content("a"), null, true, uid -> new byte[] {3}))
        .isEqualTo(PutOutcome.REPLACED);
    assertThat(newestKey("a")).containsExactly(3);
    assertThat(db.count("sync_signing_key")).isEqualTo(1);
  }

  @Test
  void rotatedKeysSignBesideTheNewOneForAWhile() {
    put("a", null, 1);
    Instant until =
        store.rotate("default", "a", "me", uid -> new byte[] {2}, OVERLAP).orElseThrow();
    assertThat(until).isBetween(Instant.now(), Instant.now().plus(OVERLAP.plusMinutes(1)));
    assertThat(live()).as("the newest first").isEqualTo("Ag==,AQ==");
    db.execute("update sync_signing_key set expires_at = now() where expires_at is not null");
    assertThat(live()).isEqualTo("Ag==");
    assertThat(store.rotate("default", "a", "me", uid -> new byte[] {3}, OVERLAP)).isPresent();
    assertThat(db.count("sync_signing_key")).as("dead ones are deleted").isEqualTo(2);
    assertThat(db.count("audit_log where action = 'sync-target.rotate-secret' and actor = 'me'"))
        .isEqualTo(2);
    assertThat(store.rotate("default", "b", "me", uid -> new byte[] {1}, OVERLAP)).isEmpty();
  }

  @Test
  void targetsAreListedByNameAndPagesGoOnWhereTheyEnded() {
    List.of("c", "a", "b").forEach(name -> put(name, null, 1));
    assertThat(store.list("default", "", 2))
        .extracting(SyncTargetRow::name)
        .containsExactly("a", "b");
    assertThat(store.list("default", "b", 2)).extracting(SyncTargetRow::name).containsExactly("c");
    assertThat(store.missing("default", List.of("a", "x"))).containsExactly("x");
  }

  @Test
  void oneThatATriggerNotifiesIsInUse() {
    put("a", null, 1);
    db.execute("insert into trigger (name, events, actions) values ('t', '{a}', '[]')");
    db.execute(
        "insert into trigger_notification (tenant, trigger, target_uid) select 'default', 't', uid from sync_target");
    assertThat(store.users("default", "a")).containsExactly("t");
    assertThatThrownBy(() -> store.delete("default", "a")).isInstanceOf(JdbiException.class);
    db.execute("delete from trigger");
    assertThat(store.delete("default", "a")).isTrue();
    assertThat(store.delete("default", "a")).isFalse();
    assertThat(db.count("sync_signing_key")).isZero();
  }

  @Test
  void aModeThatThereIsNotCannotBeWritten() {
    put("a", null, 1);
    assertThatThrownBy(() -> db.execute("update sync_target set mode = 'telepathy'"))
        .hasMessageContaining("mode");
  }

  private PutOutcome put(String name, @Nullable String ifMatch, int key) {
    return store.put(
        "default", SyncTargets.content(name), ifMatch, false, uid -> new byte[] {(byte) key});
  }

  private byte[] newestKey(String name) {
    long uid = store.find("default", name).orElseThrow().uid();
    return db.jdbi().withHandle(handle -> store.key(handle, uid)).orElseThrow();
  }

  private String live() {
    return db.value(
        String.class,
        "select (select string_agg(k, ',') from json_array_elements_text(keys) as u(k)) from cached.sync_target");
  }
}
