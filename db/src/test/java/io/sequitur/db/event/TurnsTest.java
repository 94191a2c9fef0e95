package io.sequitur.db.event;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tenants take turns: none waits until another's flood is routed. */
final class TurnsTest {
  private static final int GROUP = 256;

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void anEventBehindTheFloodOfAnotherTenantIsInTheNextGroup() {
    publish("flood", 2_000, "k");
    publish("other", 1, null);
    assertThat(perTenant(route())).isEqualTo(Map.of("flood", GROUP - 1L, "other", 1L));
    assertThat(perTenant(route())).isEqualTo(Map.of("flood", (long) GROUP));
  }

  @Test
  void floodsShareAGroupAndEachKeepsItsOrder() {
    publish("a", 600, "k");
    publish("b", 600, null);
    publish("c", 600, "k");
    List<PendingEvent> first = route();
    assertThat(perTenant(first)).containsOnlyKeys("a", "b", "c");
    assertThat(perTenant(first).values()).allMatch(n -> n >= GROUP / 3);
    List<PendingEvent> routed = Stream.concat(first.stream(), all()).toList();
    assertThat(routed).hasSize(1_800);
    for (String tenant : List.of("a", "c")) {
      assertThat(routed.stream().filter(e -> e.tenant().equals(tenant)))
          .extracting(PendingEvent::ceId)
          .containsExactlyElementsOf(IntStream.range(0, 600).mapToObj(String::valueOf).toList());
    }
  }

  @Test
  void ofManyTenantsTheOldestHeadsComeFirstWhateverTheirNames() {
    for (int i = 999; i >= 0; i--) {
      publish("t%03d".formatted(i), 2, null);
    }
    assertThat(route())
        .extracting(PendingEvent::tenant)
        .containsExactlyElementsOf(
            IntStream.range(0, GROUP).mapToObj(i -> "t%03d".formatted(999 - i)).toList());
    assertThat(all().count()).isEqualTo(2_000 - GROUP);
  }

  @Test
  void routersThatWorkAtTheSameTimeLeaveNothingAndKeepEachKeysOrder() throws Exception {
    long webhook = world.webhook("w");
    for (int i = 0; i < 6; i++) {
      publish("t" + i, 200, "k");
      publish("u" + i, 50, null);
    }
    Callable<Integer> router =
        () -> {
          int groups = 0;
          while (world.db.count("outbox") > 0) {
            groups +=
                world
                        .event
                        .routing()
                        .routePending(20, UUID.randomUUID(), World.to(webhook))
                        .isPresent()
                    ? 1
                    : 0;
          }
          return groups;
        };
    assertThat(AtOnce.all(List.of(router, router, router))).allMatch(groups -> groups > 0);
    assertThat(world.db.count("routing")).isEqualTo(1_500);
    assertThat(
            world.db.count(
                """
                (select d.position <> e.ce_id::int + 1 as wrong from delivery_open d join event e on e.id = d.event_id
                 where e.partition_key is not null) x where wrong\
                """))
        .as("events of a key that have another's place")
        .isZero();
  }

  private void publish(String tenant, int count, @Nullable String key) {
    world
        .event
        .events()
        .append(
            IntStream.range(0, count)
                .mapToObj(i -> {
                  NewEvent event = World.newEvent(key);
                  return new NewEvent(
                      event.id(), tenant, "/test", String.valueOf(i), "t", null, null, key, "{}");
                })
                .toList());
  }

  private List<PendingEvent> route() {
    return world
        .event
        .routing()
        .routePending(GROUP, world.me, World.to())
        .map(Routed::events)
        .orElse(List.of());
  }

  private Stream<PendingEvent> all() {
    return Stream.generate(this::route)
        .takeWhile(events -> !events.isEmpty())
        .flatMap(List::stream);
  }

  private static Map<String, Long> perTenant(List<PendingEvent> events) {
    return events.stream().collect(groupingBy(PendingEvent::tenant, counting()));
  }
}
