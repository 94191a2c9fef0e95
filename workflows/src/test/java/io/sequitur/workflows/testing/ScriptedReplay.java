package io.sequitur.workflows.testing;

import io.sequitur.workflows.delivery.DrainReplay;
import io.sequitur.workflows.delivery.ReplayRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Ends drains of replays as told beforehand, and notes when each began and with which number. */
public final class ScriptedReplay implements DrainReplay {
  /** One drain of the script. */
  private record Act(@Nullable Duration nextDueIn, Runnable meanwhile) {}

  private final InstantSource clock;
  private final Queue<Act> script = new ConcurrentLinkedQueue<>();
  private final List<Instant> begun = new CopyOnWriteArrayList<>();
  private final List<Long> numbers = new CopyOnWriteArrayList<>();

  public ScriptedReplay(InstantSource clock) {
    this.clock = clock;
  }

  /** After the drains told so far, one that leaves something to send after so long. */
  public ScriptedReplay thenWaiting(Duration nextDueIn, Runnable meanwhile) {
    script.add(new Act(nextDueIn, meanwhile));
    return this;
  }

  /** After the drains told so far, one that leaves nothing that comes by itself. */
  public ScriptedReplay thenNothing(Runnable meanwhile) {
    script.add(new Act(null, meanwhile));
    return this;
  }

  // A drain more than the script has leaves nothing: the test sees it in begun().
  @Override
  public Replayed drainReplay(ReplayRef replay, long number) {
    begun.add(clock.instant());
    numbers.add(number);
    Act act = script.poll();
    if (act == null) {
      return new Replayed(null, "extra");
    }
    act.meanwhile().run();
    return new Replayed(act.nextDueIn(), "running");
  }

  /** When each drain began, in the skipping time. */
  public List<Instant> begun() {
    return List.copyOf(begun);
  }

  public List<Long> numbers() {
    return List.copyOf(numbers);
  }
}
