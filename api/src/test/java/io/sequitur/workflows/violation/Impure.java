package io.sequitur.workflows.violation;

import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/** Workflows that a replay would not run as before. */
public final class Impure {
  private Impure() {}

  /** Asks the machine for the time. */
  public record MillisWorkflowImpl() {
    public long time() {
      return System.currentTimeMillis();
    }
  }

  /** Asks the machine for the time. */
  public record NanosWorkflowImpl() {
    public long time() {
      return System.nanoTime();
    }
  }

  /** Asks java.time for the time. */
  public record InstantWorkflowImpl() {
    public Instant time() {
      return Instant.now();
    }
  }

  /** Has a clock. */
  public record ClockWorkflowImpl(Clock clock) {}

  /** Makes an id that the next replay makes otherwise. */
  public record UuidWorkflowImpl() {
    public UUID id() {
      return UUID.randomUUID();
    }
  }

  /** Throws dice. */
  public record MathWorkflowImpl() {
    public double dice() {
      return Math.random();
    }
  }

  /** Throws dice. */
  public record RandomWorkflowImpl(Random dice) {}

  /** Has a thread that Temporal does not know. */
  public record ThreadWorkflowImpl(Thread thread) {}

  /** Waits for what Temporal does not see. */
  public record LockWorkflowImpl(ReentrantLock lock) {}
}
