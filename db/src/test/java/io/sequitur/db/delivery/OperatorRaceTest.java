package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.delivery.Checked.Verdict;
import io.sequitur.db.delivery.OperatorStore.Action;
import io.sequitur.db.delivery.OperatorStore.Actor;
import io.sequitur.db.testing.World;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Operators act at random on deliveries whose attempts run at the same time. The log of attempts
 * and of actions must explain where each delivery ended. {@code -Dsequitur.race.actions=10000} does
 * more of it.
 */
final class OperatorRaceTest {
  private static final int ACTIONS = Integer.getInteger("sequitur.race.actions", 400);
  private static final int KEYS = 10;
  private static final int SENDERS = 3;
  private static final Actor ME = new Actor("default", "local");

  // A delivery is delivered exactly if its last attempt was answered 2xx; else it is what the last
  // operator said who cancelled or skipped it.
  private static final String UNEXPLAINED =
      """
      select count(*) from delivery_done d
      left join lateral (select a.status from attempt a where a.event_id = d.event_id and a.webhook_uid = d.webhook_uid
                         order by a.number desc limit 1) last on true
      left join lateral (select l.action from audit_log l where l.event_id = d.event_id and l.webhook_uid = d.webhook_uid
                         and l.action <> 'delivery.retry' order by l.id desc limit 1) said on true
      where (d.state = 'delivered') <> (coalesce(last.status, 0) = 200)
         or (d.state <> 'delivered' and said.action is distinct from
               case d.state when 'cancelled' then 'delivery.cancel' when 'skipped' then 'delivery.skip' end)
      """;

  private final World world = new World();
  private final long webhook = world.webhook("w", "ordered = true");
  private final Map<Long, UUID> onTheWire = new ConcurrentHashMap<>();
  private final AtomicBoolean acting = new AtomicBoolean(true);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whereADeliveryEndsIsWhatTheLogSays() throws Exception {
    int count = Math.max(ACTIONS / 8, KEYS);
    for (int i = 0; i < count; i++) {
      UUID unused = world.publish("k" + i % KEYS);
    }
    List<Claim> first = new ArrayList<>(world.route(webhook).claims());
    List<UUID> events = events();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> senders = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        List<Claim> mine = i == 0 ? first : List.of();
        long seed = i;
        senders.add(threads.submit(sender(mine, new SplittableRandom(seed))));
      }
      List<Future<Integer>> operators = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        long seed = 100L + i;
        operators.add(threads.submit(() -> operate(events, new SplittableRandom(seed))));
      }
      int changed = 0;
      for (Future<Integer> operator : operators) {
        changed += operator.get();
      }
      acting.set(false);
      for (Future<Integer> sender : senders) {
        assertThat(sender.get()).isNotNegative();
      }
      assertThat(changed).as("actions that changed something").isGreaterThan(count / 4);
    }
    assertThat(world.db.count("delivery_done")).isEqualTo(count);
    assertThat(world.db.value(Long.class, UNEXPLAINED)).isZero();
  }

  private List<UUID> events() {
    return world
        .db
        .jdbi()
        .withHandle(handle ->
            handle.createQuery("select event_id from delivery_open").mapTo(UUID.class).list());
  }

  /** Attempts what is due, and what follows in its lanes, until nothing is open any more. */
  private Callable<Integer> sender(List<Claim> first, SplittableRandom random) {
    return () -> {
      Deque<Claim> todo = new ArrayDeque<>(first);
      int attempts = 0;
      while (acting.get() || !todo.isEmpty() || world.db.count("delivery_open") > 0) {
        if (todo.isEmpty()) {
          if (!acting.get()) {
            unblock();
          }
          todo.addAll(world.delivery.claims().claimDue(webhook, world.me, 3));
        } else {
          attempts++;
          todo.addAll(attempt(todo.removeFirst(), random));
        }
      }
      return attempts;
    };
  }

  private List<Claim> attempt(Claim claim, SplittableRandom random) {
    Checked checked =
        world.delivery.claims().check(List.of(ClaimKey.of(claim)), world.me).getFirst();
    if (checked.verdict() == Verdict.ENDED) {
      return world.delivery.results().record(List.of(World.ended(claim)), world.me).heads();
    }
    assertThat(checked.verdict()).isEqualTo(Verdict.GO);
    long key = Objects.requireNonNull(claim.keyId());
    assertThat(onTheWire.putIfAbsent(key, claim.eventId())).as("one at a time in a lane").isNull();
    assertThat(
            world.db.count(
                "delivery_open where key_id = ? and position < ?",
                key,
                Objects.requireNonNull(claim.position())))
        .as("what stands before it in its lane")
        .isZero();
    String next = acting.get() ? outcome(random) : "delivered";
    onTheWire.remove(key);
    Instant again = next.equals("retrying") ? Instant.now().minusSeconds(1) : null;
    return world
        .delivery
        .results()
        .record(List.of(World.result(claim, next, again)), world.me)
        .heads();
  }

  private static String outcome(SplittableRandom random) {
    int throwOfDice = random.nextInt(10);
    return throwOfDice < 5 ? "retrying" : throwOfDice < 8 ? "blocked" : "delivered";
  }

  private int operate(List<UUID> events, SplittableRandom random) {
    int changed = 0;
    for (int i = 0; i < ACTIONS / 2; i++) {
      int dice = random.nextInt(10);
      Action action = dice < 7 ? Action.RETRY : dice < 9 ? Action.CANCEL : Action.SKIP;
      DeliveryId id = new DeliveryId(events.get(random.nextInt(events.size())), webhook);
      for (OperatorStore.Result result :
          world.delivery.operator().act(ME, action, List.of(id), facts -> refusal(action, facts))) {
        changed += result.changed() ? 1 : 0;
      }
    }
    return changed;
  }

  /** In short what the API refuses. */
  private static @Nullable String refusal(Action action, DeliveryFactsRow facts) {
    boolean finished = List.of("delivered", "cancelled", "skipped").contains(facts.state());
    boolean allowed =
        !finished
            && facts.ending() == null
            && switch (action) {
              case RETRY -> !facts.underWay() && facts.behind() == null;
              case CANCEL -> true;
              case SKIP -> facts.behind() == null;
            };
    return allowed ? null : "not now";
  }

  private void unblock() {
    world.db.execute(
        "update delivery_open set state = 'retrying', next_attempt_at = now() where state = 'blocked'");
  }
}
