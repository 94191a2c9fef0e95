package io.sequitur.db.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.sync.SyncStore.History;
import io.sequitur.db.sync.SyncStore.Named;
import io.sequitur.db.sync.SyncStore.Part;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine's own record of a target: who works on it, who is forgotten, what is kept. */
final class SyncStoreTest {
  private static final Duration AGE = Duration.ofSeconds(5);

  private final World world = new World();
  private final SyncStore store = new SyncStore(world.db.jdbi());
  private final SyncTargets targets = new SyncTargets(world.db.jdbi());

  @BeforeEach
  void register() {
    assertThat(targets.put("scaler")).isEqualTo(PutOutcome.CREATED);
    targets.drain();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aTargetIsSettledOnceItsSetWasReadAndForAsLongAsNothingOfItChanges() {
    assertThat(store.see("default", "nobody")).isEmpty();
    SyncSeen seen = store.see("default", "scaler").orElseThrow();
    assertThat(seen.row()).as("nobody has worked on it").isNull();
    assertThat(seen.settled()).isFalse();
    targets.settle("scaler");
    assertThat(store.see("default", "scaler").orElseThrow().settled()).isTrue();

    world.db.execute("update sync_target set debounce_ms = 7");
    targets.drain();
    assertThat(store.see("default", "scaler").orElseThrow().settled())
        .as("its settings are others")
        .isFalse();
  }

  @Test
  void whoeverWaitsForTheLockSeesWhatWasDoneMeanwhile() {
    targets.settle("scaler");
    CompletableFuture<Long> second;
    try (Handle first = world.db.open()) {
      first.execute("select 1 from sync_state for update");
      second =
          CompletableFuture.supplyAsync(
              () -> store.locked("default", "scaler", tx -> tx.row().generation()).orElseThrow());
      world.db.awaitWaiterOn(first);
      first.execute("update sync_state set generation = 41");
      first.commit();
    }
    assertThat(second.join()).isEqualTo(41);
  }

  @Test
  void twoWhoMakeTheRowAtOnceMakeOne() {
    List<CompletableFuture<Optional<Long>>> both =
        IntStream.range(0, 8)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> store.locked("default", "scaler", tx -> tx.row().targetUid())))
            .toList();
    both.forEach(one -> assertThat(one.join()).contains(targets.uid("scaler")));
    assertThat(world.db.count("sync_state")).isEqualTo(1);
    assertThat(store.locked("default", "nobody", tx -> 1)).isEmpty();
  }

  @Test
  void aLookEndsThoseThatBeganBefore() {
    long uid = targets.uid("scaler");
    assertThat(store.begin(uid, 1)).as("it has no row").isEmpty();
    targets.settle("scaler");
    assertThat(store.begin(uid, 5)).contains(new Named("default", "scaler"));
    assertThat(store.begin(uid, 5)).as("the same, tried again").isPresent();
    assertThat(store.begin(uid, 4)).as("it was frozen").isEmpty();
    world.db.execute("update sync_target set active = false");
    assertThat(store.begin(uid, 6)).as("nobody is to be told").isEmpty();
  }

  @Test
  void theSweepFindsWhomNobodyLooksAt() {
    long uid = targets.uid("scaler");
    assertForgotten("it has no row", uid);
    targets.settle("scaler");
    assertForgotten("all is well");
    world.db.execute("update sync_state set due_at = now() - interval '1 minute'");
    assertForgotten("what is due was not done", uid);
    world.db.execute("update sync_state set due_at = now() - interval '1 second'");
    assertForgotten("it may be under way");
    world.db.execute("update sync_state set due_at = null");

    world.webhook("w");
    targets.drain();
    assertForgotten("its set is not the newest", uid);
    targets.settle("scaler");
    world.db.execute("update sync_target set resync_ms = 1000");
    assertForgotten("its settings are others", uid);
    targets.settle("scaler");
    world.db.execute("delete from sync_target");
    targets.put("scaler");
    assertForgotten("it is another one", targets.uid("scaler"));
    world.db.execute("update sync_target set active = false");
    assertForgotten("it is not to be told");
  }

  private void assertForgotten(String why, Long... uids) {
    assertThat(store.forgotten(AGE)).as(why).containsExactly(uids);
  }

  @Test
  void figuresCallNothingCleanThatIsNotSettled() {
    targets.settle("scaler");
    world.db.execute("update sync_state set state = 'CLEAN', dirty_since = null");
    assertThat(store.figures().targets()).containsOnlyKeys("CLEAN");
    assertThat(store.figures().age()).isZero();
    world.webhook("w");
    assertThat(store.figures().targets()).as("pending").containsOnlyKeys("DIRTY");
    targets.drain();
    assertThat(store.figures().targets()).as("without a generation").containsOnlyKeys("DIRTY");
    targets.settle("scaler");
    assertThat(store.figures().targets()).containsOnlyKeys("CLEAN");

    world.db.execute(
        "update sync_state set dirty_since = now() - interval '90 seconds', state = 'NACKED'");
    assertThat(store.figures().age()).isBetween(90.0, 120.0);
    world.db.execute("update sync_target set active = false");
    assertThat(store.figures().targets()).isEmpty();
  }

  @Test
  void partsOfASetAreOfOneGenerationAndOldOnesLoseTheirItemsButNotTheirHash() {
    within(tx -> {
      tx.add(1, "h1", List.of("a", "b", "c"), List.of("a", "b", "c"), tx.catalogue().snapshot());
      tx.add(2, "h2", List.of(), List.of(), tx.catalogue().snapshot());
    });
    assertThat(part(1, 0, 2)).isEqualTo(new Part("h1", List.of("a", "b"), 3));
    assertThat(part(1, 2, 2)).isEqualTo(new Part("h1", List.of("c"), 3));
    assertThat(part(2, 0, 2)).isEqualTo(new Part("h2", List.of(), 0));
    assertThat(store.set("default", "scaler", 3, 0, 2)).isEmpty();

    world.db.execute("update sync_state set generation = 2, desired = 2");
    store.forget();
    assertThat(part(1, 0, 3).items()).as("somebody may be reading its pages").hasSize(3);
    world.db.execute("update sync_set set created_at = now() - interval '2 hours'");
    store.forget();
    assertThat(part(1, 0, 3)).isEqualTo(new Part("h1", null, 0));
    assertThat(part(2, 0, 3).items()).as("the newest").isNotNull();
    within(tx -> assertThat(tx.hash(1)).as("an acknowledgement may come").contains("h1"));
  }

  @Test
  void whatIsNotTheNewestIsNoLongerHandedOutToOneThatMayApplyItOverThat() {
    within(tx -> {
      tx.add(1, "h1", List.of("a"), List.of("a"), tx.catalogue().snapshot());
      tx.add(2, "h2", List.of("b"), List.of("b"), tx.catalogue().snapshot());
    });
    world.db.execute("update sync_state set generation = 2, desired = 2");
    assertThat(part(1, 0, 1).items()).containsExactly("a");
    world.db.execute("update sync_target set monotonic = false");
    assertThat(part(1, 0, 1).items()).isNull();
    assertThat(part(2, 0, 1).items()).containsExactly("b");
  }

  @Test
  void deletionsSinceAGenerationExplainWhatItLacks() {
    world.webhook("before", "events = '{a}'");
    world.webhook("gone", "events = '{a}'");
    world.webhook("off", "events = '{a}'");
    within(tx -> {});
    world.db.execute("delete from webhook where name = 'before'");
    within(tx -> tx.add(1, "h", List.of(), List.of(), tx.catalogue().snapshot()));
    world.db.execute("delete from webhook where name = 'gone'");
    world.db.execute("update webhook set active = false where name = 'off'");
    within(tx ->
        assertThat(tx.deletedSince(1, List.of("webhook::before", "webhook::gone", "webhook::off")))
            .containsExactly("webhook::gone"));
    world.db.asOwner("truncate sequitur.trigger cascade");
    assertThat(world.db.count("sync_deletion where item not like 'webhook::%'")).isZero();
  }

  @Test
  void aNoticeIsOfTheRoundInWhichItLeftAndOfItsOwnTarget() {
    UUID notice = UUID.randomUUID();
    UUID push = UUID.randomUUID();
    targets.put("other");
    within(tx -> tx.log("notice", "NOTIFYING", 1L, notice, 3, null));
    within(tx -> tx.log("arrived", "AWAITING_ACK", 1L, push, 3, null));
    within(tx -> {
      assertThat(tx.round(notice)).contains(3L);
      assertThat(tx.round(push)).as("no notice").isEmpty();
    });
    assertThat(store.locked("default", "other", tx -> tx.round(notice)).orElseThrow()).isEmpty();
  }

  @Test
  void historyIsReadInPagesTheNewestFirst() {
    for (long generation = 1; generation <= 5; generation++) {
      long one = generation;
      within(tx -> tx.log("generation", "DIRTY", one, null, 0, "why"));
    }
    List<History> page = store.history("default", "scaler", Long.MAX_VALUE, 2);
    assertThat(page).extracting(History::generation).containsExactly(5L, 4L);
    assertThat(store.history("default", "scaler", page.getLast().id(), 9))
        .extracting(History::generation)
        .containsExactly(3L, 2L, 1L);
    assertThat(store.history("other", "scaler", Long.MAX_VALUE, 9)).isEmpty();
    world.db.execute(
        "update sync_history set at = now() - interval '31 days' where generation < 3");
    store.forget();
    assertThat(store.history("default", "scaler", Long.MAX_VALUE, 9)).hasSize(3);
  }

  private Part part(long generation, int from, int count) {
    return store.set("default", "scaler", generation, from, count).orElseThrow();
  }

  private void within(Consumer<SyncTransaction> work) {
    Optional<Boolean> done =
        store.locked(
            "default",
            "scaler",
            tx -> {
              work.accept(tx);
              return true;
            });
    assertThat(done).contains(true);
  }
}
