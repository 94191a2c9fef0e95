package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Three routers against six writers that publish in transactions of their own, commit late and roll
 * back. Each writer bumps its key's row first, so the events of a key have a true order: {@code n}
 * in their data.
 */
final class RoutingRaceTest {
  private static final long SEED = 4_711;
  private static final int WRITERS = 6;
  private static final int ROUTERS = 3;
  private static final int ROUNDS = 250;
  private static final int KEYS = 9;

  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void everyEventIsRoutedOnceAndNumberedInTheOrderOfItsKey() throws Exception {
    world.db.asOwner("create table public.counted (key text primary key, n bigint not null)");
    world.db.asOwner("grant all on public.counted to " + world.db.app().user());
    for (int key = 0; key < KEYS; key++) {
      world.db.execute("insert into public.counted values (?, 0)", "k" + key);
    }
    long webhook = world.webhook("w");
    AtomicBoolean writing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        Random random = new Random(SEED + writer);
        writers.add(() -> write(random));
      }
      List<Future<?>> routers = new ArrayList<>();
      for (int router = 0; router < ROUTERS; router++) {
        Random random = new Random(SEED + 100 + router);
        routers.add(threads.submit(() -> routeWhile(writing, random, webhook)));
      }
      int published = 0;
      try {
        for (Future<Integer> writer : threads.invokeAll(writers)) {
          published += writer.get();
        }
      } finally {
        writing.set(false);
      }
      for (Future<?> router : routers) {
        router.get();
      }
      while (world.event.routing().routePending(100, world.me, World.to(webhook)).isPresent()) {
        // What was committed after the routers' last look.
      }
      assertThat(published).isGreaterThan(1_000);
      assertThat(world.db.count("routing")).as("seed %d: routed", SEED).isEqualTo(published);
      assertThat(world.db.count("delivery_open")).isEqualTo(published);
    }
    assertNumberedInOrder();
  }

  private void assertNumberedInOrder() {
    assertThat(
            world.db.count(
                """
                (select r.sequence, row_number() over (partition by e.partition_key
                          order by (e.body::jsonb -> 'data' ->> 'n')::bigint) as expected
                 from routing r join event e on e.id = r.event_id where e.partition_key is not null) x
                where sequence is distinct from expected\
                """))
        .as("seed %d: events with a gap, a double or an inversion", SEED)
        .isZero();
    assertThat(
            world.db.count(
                "routing r join event e on e.id = r.event_id where e.partition_key is null and r.sequence is not null"))
        .isZero();
  }

  private int write(Random random) {
    int published = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try (Handle user = world.db.open()) {
        int events = 1 + random.nextInt(2);
        // Keys ascend within a transaction, so that writers do not deadlock on their own rows.
        int key = random.nextInt(KEYS - 1);
        for (int i = 0; i < events; i++) {
          publish(user, random.nextInt(10) == 0 ? null : "k" + (key + i));
        }
        if (random.nextInt(4) == 0) {
          user.execute("select pg_sleep(?)", random.nextDouble() / 100);
        }
        if (random.nextInt(6) == 0) {
          user.rollback();
        } else {
          user.commit();
          published += events;
        }
      }
    }
    return published;
  }

  private static void publish(Handle user, @org.jspecify.annotations.Nullable String key) {
    long n =
        key == null
            ? 0
            : user.select("update public.counted set n = n + 1 where key = ? returning n", key)
                .mapTo(Long.class)
                .one();
    user.select(
            "select publish('t', '/s', null, jsonb_build_object('n', ?::bigint), ?::text)", n, key)
        .mapTo(String.class)
        .one();
  }

  private void routeWhile(AtomicBoolean writing, Random random, long webhook) {
    RoutingStore routing = world.event.routing();
    UUID me = UUID.randomUUID();
    while (writing.get()) {
      if (random.nextBoolean()) {
        routing.routePending(1 + random.nextInt(40), me, World.to(webhook));
      } else {
        List<UUID> pending = routing.pending(20);
        if (!pending.isEmpty()) {
          routing.route(
              List.of(pending.get(random.nextInt(pending.size()))), me, World.to(webhook));
        }
      }
    }
  }
}
