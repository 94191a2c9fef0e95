package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.Ids;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EventStoreTest {
  private static final String PUBLISH = "select publish('t', '/s', null, '{\"a\":1}'::jsonb, ?, ?)";

  private final World world = new World();
  private final EventStore events = world.event.events();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void twoHundredPublishersOfOneIdMakeOneEvent() throws Exception {
    List<Callable<Accepted>> publishers =
        Collections.nCopies(200, () -> events.append(List.of(event("same"))).getFirst());
    List<Accepted> accepted = AtOnce.all(publishers);
    assertThat(accepted.stream().map(Accepted::id).distinct()).hasSize(1);
    assertThat(accepted.stream().filter(a -> !a.duplicate())).hasSize(1);
    assertThat(world.db.count("event")).isEqualTo(1);
    assertThat(world.db.count("outbox")).isEqualTo(1);
  }

  @Test
  void theSecondOfTwoInOneBatchIsADuplicateOfTheFirst() {
    NewEvent first = event("a");
    List<Accepted> accepted = events.append(List.of(first, event("b"), event("a")));
    assertThat(accepted).extracting(Accepted::duplicate).containsExactly(false, false, true);
    assertThat(accepted.get(2).id()).isEqualTo(first.id());
    assertThat(world.db.count("outbox")).isEqualTo(2);
  }

  @Test
  void storingAtOnceWaitsForNobodysOpenTransaction() {
    try (Handle publisher = world.db.jdbi().open()) {
      publisher.begin();
      publisher.select(PUBLISH, null, "held").mapTo(String.class).one();
      for (List<NewEvent> group :
          List.of(List.of(event("held")), List.of(event("free"), event("held")))) {
        assertThatThrownBy(() -> events.appendAtOnce(EventStore.unasked(group)))
            .hasMessageContaining("lock timeout");
      }
      publisher.rollback();
    }
    assertThat(world.db.count("event")).isZero();
    List<NewEvent> both = List.of(event("free"), event("held"));
    assertThat(events.appendAtOnce(EventStore.unasked(both))).isInstanceOf(Appended.Stored.class);
    assertThat(world.db.count("event")).isEqualTo(2);
  }

  @Test
  void askingAgainForTheVerySameEventIsNoSecondOneAndNoDuplicate() {
    NewEvent alone = event("alone");
    List<NewEvent> two = List.of(event("a"), event("b"));
    for (int time = 0; time < 2; time++) {
      assertThat(events.append(List.of(alone))).containsExactly(new Accepted(alone.id(), false));
      assertThat(events.append(two)).extracting(Accepted::duplicate).containsExactly(false, false);
    }
    assertThat(world.db.count("event")).isEqualTo(3);
    assertThat(world.db.count("outbox")).isEqualTo(3);
  }

  @Test
  void aBatchIsQueuedInItsOwnOrder() {
    List<NewEvent> batch = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      batch.add(event("n" + i));
    }
    events.append(batch);
    assertThat(world.event.routing().pending(100))
        .containsExactlyElementsOf(batch.stream().map(NewEvent::id).toList());
  }

  @Test
  void overlappingBatchesInOppositeOrderNeverDeadlock() throws Exception {
    List<Callable<List<Accepted>>> publishers = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int round = i / 2;
      boolean reversed = i % 2 == 1;
      publishers.add(() -> {
        List<NewEvent> batch = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
          batch.add(event("round" + round + "-" + n));
        }
        return events.append(reversed ? batch.reversed() : batch);
      });
    }
    assertThat(AtOnce.all(publishers)).hasSize(40);
    assertThat(world.db.count("event")).isEqualTo(20 * 100);
    assertThat(world.db.count("outbox")).isEqualTo(20 * 100);
  }

  @Test
  void anotherTenantsEventOfTheSameIdIsAnotherEvent() {
    NewEvent mine = event("x");
    NewEvent theirs =
        new NewEvent(
            Ids.next(Clock.systemUTC()), "other", mine.source(), "x", "t", null, null, null, "{}");
    assertThat(events.append(List.of(mine, theirs)))
        .extracting(Accepted::duplicate)
        .containsExactly(false, false);
    assertThat(events.find("other", mine.id())).isEmpty();
  }

  @Test
  void publishingInATransactionThatRollsBackLeavesNothing() {
    try (Handle user = world.db.open()) {
      user.select(PUBLISH, "k", "id").mapTo(String.class).one();
      user.rollback();
    }
    assertThat(world.db.count("event") + world.db.count("outbox") + world.db.count("dedupe"))
        .isZero();
  }

  @Test
  void publishingTheSameIdTwiceIsOneEvent() {
    String first = world.db.value(String.class, PUBLISH, "k", "id");
    assertThat(world.db.value(String.class, PUBLISH, "k", "id")).isEqualTo(first);
    UUID id = Objects.requireNonNull(Ids.parseEvent(first), "an event's id");
    assertThat(world.db.count("event where id = ?", id)).isEqualTo(1);
    assertThat(world.db.count("outbox")).isEqualTo(1);
    assertThat(events.append(List.of(event("id"))).getFirst()).isEqualTo(new Accepted(id, true));
  }

  @Test
  void publishingTheEnginesOwnTypesIsRefused() {
    assertThatThrownBy(() ->
            world.db.value(
                String.class, "select publish('sequitur.webhook.updated', '/s', null, null)"))
        .hasMessageContaining("the engine's own");
  }

  @Test
  void publishersOfDifferentIdsNeverWaitForEachOther() {
    try (Handle one = world.db.open();
        Handle two = world.db.open()) {
      one.select(PUBLISH, "hot", "one").mapTo(String.class).one();
      two.execute("set local statement_timeout = '5s'");
      two.select(PUBLISH, "hot", "two").mapTo(String.class).one();
      two.commit();
      one.commit();
    }
    assertThat(world.db.count("outbox")).isEqualTo(2);
  }

  @Test
  void sqlAndHttpGiveTheSameKeyTheSamePartition() {
    world.db.value(String.class, PUBLISH, "kéy", "sql");
    events.append(List.of(keyed("one", "kéy")));
    events.append(List.of(keyed("two", "kéy"), keyed("three", "kéy")));
    assertThat(world.db.value(Integer.class, "select count(distinct partition) from outbox"))
        .isEqualTo(1);
  }

  private static NewEvent event(String ceId) {
    return keyed(ceId, null);
  }

  private static NewEvent keyed(String ceId, @org.jspecify.annotations.Nullable String key) {
    return new NewEvent(
        Ids.next(Clock.systemUTC()), "default", "/s", ceId, "t", null, null, key, "{}");
  }
}
