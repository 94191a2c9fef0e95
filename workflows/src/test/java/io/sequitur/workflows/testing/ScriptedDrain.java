package io.sequitur.workflows.testing;

import io.sequitur.workflows.delivery.DrainWebhook;
import io.sequitur.workflows.delivery.WebhookRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Ends drains as told beforehand, and notes when each began and with which number. */
public final class ScriptedDrain implements DrainWebhook {
  /** One drain of the script. */
  private record Act(@Nullable Duration untilNext, Runnable meanwhile) {}

  private final InstantSource clock;
  private final Queue<Act> script = new ConcurrentLinkedQueue<>();
  private final List<Instant> begun = new CopyOnWriteArrayList<>();
  private final List<Long> numbers = new CopyOnWriteArrayList<>();

  public ScriptedDrain(InstantSource clock) {
    this.clock = clock;
  }

  /** After the drains told so far, one that leaves something due after so long. */
  public ScriptedDrain thenWaiting(Duration untilNext, Runnable meanwhile) {
    script.add(new Act(untilNext, meanwhile));
    return this;
  }

  /** After the drains told so far, one that leaves nothing. */
  public ScriptedDrain thenNothing(Runnable meanwhile) {
    script.add(new Act(null, meanwhile));
    return this;
  }

  /** After the drains told so far, one that leaves nothing. */
  public ScriptedDrain thenNothing() {
    return thenNothing(() -> {});
  }

  // A drain more than the script has leaves nothing: the test sees it in begun().
  @Override
  public Drained drainWebhook(WebhookRef webhook, long number) {
    begun.add(clock.instant());
    numbers.add(number);
    Act act = script.poll();
    if (act == null) {
      return new Drained(null, 0, "extra", "0", null);
    }
    act.meanwhile().run();
    Duration wait = act.untilNext();
    return new Drained(wait == null ? null : clock.instant().plus(wait), 1, "orders", "2", null);
  }

  /** When each drain began, in the skipping time. */
  public List<Instant> begun() {
    return List.copyOf(begun);
  }

  public List<Long> numbers() {
    return List.copyOf(numbers);
  }
}
