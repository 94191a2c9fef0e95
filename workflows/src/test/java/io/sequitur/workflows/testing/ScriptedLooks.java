package io.sequitur.workflows.testing;

import io.sequitur.workflows.sync.SyncTarget;
import io.sequitur.workflows.sync.SyncTargetRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A sync target whose looks say what they were told to say. */
public final class ScriptedLooks implements SyncTarget {
  private record Step(Next next, Duration pause, Runnable meanwhile) {}

  private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  /** The next look finds a notice due. */
  public ScriptedLooks thenNotice() {
    return add(new Step(Next.NOTICE, Duration.ZERO, () -> {}));
  }

  /** The next look has to wait; {@code meanwhile} runs within it. */
  public ScriptedLooks thenWaiting(Duration pause, Runnable meanwhile) {
    return add(new Step(Next.WAIT, pause, meanwhile));
  }

  /** The next look finds that nobody is to be told; {@code meanwhile} runs within it. */
  public ScriptedLooks thenNothing(Runnable meanwhile) {
    return add(new Step(Next.END, Duration.ZERO, meanwhile));
  }

  /** What was called, in its order: {@code look} and {@code notice}. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public Look lookAtTarget(SyncTargetRef target, long number) {
    calls.add("look");
    Step step = steps.poll();
    if (step == null) {
      return new Look(Next.END, null, "over");
    }
    step.meanwhile.run();
    return new Look(step.next, step.next == Next.WAIT ? step.pause : null, step.next.name());
  }

  @Override
  public void noticeTarget(SyncTargetRef target, long number) {
    calls.add("notice");
  }

  private ScriptedLooks add(Step step) {
    steps.add(step);
    return this;
  }
}
