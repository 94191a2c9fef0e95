package io.sequitur.workflows.testing;

import io.sequitur.workflows.cache.InvalidateCache;
import io.sequitur.workflows.delivery.Deliver;
import io.sequitur.workflows.event.Affected;
import io.sequitur.workflows.event.EventGroup;
import io.sequitur.workflows.event.QueryAffected;
import io.sequitur.workflows.sync.NotifyTargets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The four steps: notes each call, and changes nothing. */
public final class RecordingSteps
    implements QueryAffected, InvalidateCache, Deliver, NotifyTargets {
  private final Affected affected;
  private final AtomicInteger invalidationsToFail;
  private final List<String> steps = new CopyOnWriteArrayList<>();
  private final List<Object> arguments = new CopyOnWriteArrayList<>();

  /**
   * @param invalidationsToFail how many of the first invalidations fail
   */
  public RecordingSteps(Affected affected, int invalidationsToFail) {
    this.affected = affected;
    this.invalidationsToFail = new AtomicInteger(invalidationsToFail);
  }

  @Override
  public Affected queryAffected(EventGroup group) {
    note("queryAffected", group);
    return affected;
  }

  @Override
  public void invalidateCache(Affected given) {
    note("invalidateCache", given);
    if (invalidationsToFail.getAndDecrement() > 0) {
      throw new IllegalStateException("the database is away");
    }
  }

  @Override
  public void deliver(Affected given) {
    note("deliver", given);
  }

  @Override
  public void notifyTargets(Affected given) {
    note("notifyTargets", given);
  }

  private void note(String step, Object argument) {
    steps.add(step);
    arguments.add(argument);
  }

  /** The calls so far, in order. */
  public List<String> steps() {
    return List.copyOf(steps);
  }

  /** What each call was given, in the same order. */
  public List<Object> arguments() {
    return List.copyOf(arguments);
  }
}
