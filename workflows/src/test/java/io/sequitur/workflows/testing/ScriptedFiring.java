package io.sequitur.workflows.testing;

import io.sequitur.workflows.event.ConditionRef;
import io.sequitur.workflows.event.FireConditions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Ends firings as told beforehand, and notes when each began and with which number. */
public final class ScriptedFiring implements FireConditions {
  /** One firing of the script. */
  private record Act(@Nullable Duration nextDueIn, Runnable meanwhile) {}

  private final InstantSource clock;
  private final Queue<Act> script = new ConcurrentLinkedQueue<>();
  private final List<Instant> begun = new CopyOnWriteArrayList<>();
  private final List<Long> numbers = new CopyOnWriteArrayList<>();

  public ScriptedFiring(InstantSource clock) {
    this.clock = clock;
  }

  /** After the firings told so far, one that leaves a window due after so long. */
  public ScriptedFiring thenWaiting(Duration nextDueIn, Runnable meanwhile) {
    script.add(new Act(nextDueIn, meanwhile));
    return this;
  }

  /** After the firings told so far, one that leaves no window open. */
  public ScriptedFiring thenNothing(Runnable meanwhile) {
    script.add(new Act(null, meanwhile));
    return this;
  }

  // A firing more than the script has leaves nothing: the test sees it in begun().
  @Override
  public Fired fireConditions(ConditionRef condition, long number) {
    begun.add(clock.instant());
    numbers.add(number);
    Act act = script.poll();
    if (act == null) {
      return new Fired(null, 0);
    }
    act.meanwhile().run();
    return new Fired(act.nextDueIn(), 1);
  }

  /** When each firing began, in the skipping time. */
  public List<Instant> begun() {
    return List.copyOf(begun);
  }

  public List<Long> numbers() {
    return List.copyOf(numbers);
  }
}
