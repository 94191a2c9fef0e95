package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Places that several processes share. */
final class PlaceStoreTest {
  private final World world = new World();
  private final PlaceStore places = world.delivery.places();
  private final UUID a = UUID.randomUUID();
  private final UUID b = UUID.randomUUID();
  private final UUID c = UUID.randomUUID();
  private long webhook;

  @BeforeEach
  void makeAWebhook() {
    webhook = world.webhook("w", "max_concurrency = 10");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aProcessThatIsAloneHasThemAllAtOnce() {
    assertThat(places.live(a).lapsed()).isTrue();
    assertThat(places.take(a, webhook, 1)).isEqualTo(10);
    assertThat(places.live(a).lapsed()).isFalse();
  }

  @Test
  void amongSeveralEachHasItsShareAndMoreOnlyIfItIsLeft() {
    List.of(a, b, c).forEach(places::live);
    assertThat(places.take(a, webhook, 1)).isEqualTo(3);
    assertThat(places.take(b, webhook, 5)).isEqualTo(5);
    assertThat(places.take(c, webhook, 7)).isEqualTo(2);
    assertThat(places.live(a).wanted()).containsExactly(webhook);
    places.keep(a, Map.of(webhook, 1));
    assertThat(places.live(a).wanted()).isEmpty();
    assertThat(places.take(c, webhook, 7)).isEqualTo(4);
  }

  @Test
  void howeverManyAskAtOnceTheyNeverHaveMoreThanThereAre() throws Exception {
    List<UUID> senders = IntStream.range(0, 8).mapToObj(i -> UUID.randomUUID()).toList();
    senders.forEach(places::live);
    for (int round = 0; round < 5; round++) {
      List<Callable<Integer>> asking = new ArrayList<>();
      senders.forEach(sender -> asking.add(() -> places.take(sender, webhook, 4)));
      assertThat(AtOnce.all(asking).stream().mapToInt(Integer::intValue).sum()).isEqualTo(10);
      UUID generous = senders.get(round);
      places.keep(generous, Map.of(webhook, 0));
    }
  }

  @Test
  void whoIsSilentLosesItsPlacesAndHearsSo() {
    places.live(a);
    places.take(a, webhook, 10);
    places.live(b);
    assertThat(places.take(b, webhook, 1)).isZero();
    world.db.execute("update sender set until = now() - interval '1 s' where id = ?", a);
    assertThat(places.take(b, webhook, 1)).as("its last word may be on its way").isZero();
    world.db.execute("update sender set until = now() - interval '3 s' where id = ?", a);
    assertThat(places.take(b, webhook, 1)).isEqualTo(10);
    assertThat(places.live(a).lapsed()).isTrue();
    assertThat(places.take(a, webhook, 1)).isZero();
  }

  @Test
  void whoLeavesLeavesThemToTheOthers() {
    places.live(a);
    places.take(a, webhook, 10);
    places.leave(a);
    places.live(b);
    assertThat(places.take(b, webhook, 1)).isEqualTo(10);
  }

  @Test
  void aSmallerLimitHoldsForWhoeverAsksNext() {
    places.live(a);
    places.take(a, webhook, 10);
    world.set(webhook, "max_concurrency = 2");
    places.live(b);
    assertThat(places.take(b, webhook, 1)).isZero();
    places.keep(a, Map.of(webhook, 1));
    assertThat(places.take(b, webhook, 1)).isOne();
  }
}
