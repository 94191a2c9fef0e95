package io.sequitur.bench;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time that the server, PostgreSQL and Temporal have used so far.
 *
 * @param processes of this machine
 * @param server process id; null when not known or elsewhere
 * @param postmaster the parent of PostgreSQL's processes; null likewise
 * @param temporal process id; null likewise, and when Temporal runs inside the server
 */
record Cpu(
    Processes processes,
    @Nullable Long server,
    @Nullable Long postmaster,
    @Nullable Long temporal) {

  Cpu {
    if (temporal != null && temporal.equals(server)) {
      temporal = null;
    }
  }

  Sample sample() {
    return new Sample(own(server), family(postmaster), own(temporal));
  }

  private @Nullable Double own(@Nullable Long pid) {
    return pid == null ? null : processes.stat(pid).map(ProcessStat::ownSeconds).orElse(null);
  }

  /** A backend that ends moves its time to the postmaster's account of ended children. */
  private @Nullable Double family(@Nullable Long pid) {
    Optional<ProcessStat> parent = pid == null ? Optional.empty() : processes.stat(pid);
    if (pid == null || parent.isEmpty()) {
      return null;
    }
    double children = processes.childrenOf(pid).stream().mapToDouble(ProcessStat::ownSeconds).sum();
    return children + parent.get().ownAndReapedSeconds();
  }

  /** CPU seconds since the processes began; null where unknown. */
  record Sample(@Nullable Double server, @Nullable Double postgres, @Nullable Double temporal) {
    RateResult.CpuSeconds perThousandSince(Sample earlier, long events) {
      return new RateResult.CpuSeconds(
          perThousand(earlier.server, server, events),
          perThousand(earlier.postgres, postgres, events),
          perThousand(earlier.temporal, temporal, events));
    }

    private static @Nullable Double perThousand(
        @Nullable Double before, @Nullable Double after, long events) {
      return before == null || after == null
          ? null
          : Figures.ratio((after - before) * 1000, events);
    }
  }
}
