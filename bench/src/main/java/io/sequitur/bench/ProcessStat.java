package io.sequitur.bench;

import java.util.Optional;

/**
 * One line of {@code /proc/PID/stat}.
 *
 * @param name of the command, at most 15 characters
 * @param parent its parent's process id
 * @param ownTicks user and system time of the process, in clock ticks
 * @param reapedTicks the same of its children that have ended
 */
record ProcessStat(String name, long parent, long ownTicks, long reapedTicks) {
  /** The kernel reports to user space in hundredths of a second whatever its own clock is. */
  private static final double TICKS_PER_SECOND = 100;

  static Optional<ProcessStat> parse(String line) {
    int open = line.indexOf('(');
    // The name may hold blanks and parentheses, so the fields begin after the last one.
    int close = line.lastIndexOf(')');
    if (open < 0 || close < open) {
      return Optional.empty();
    }
    String[] fields = line.substring(close + 1).trim().split(" ");
    if (fields.length < 15) {
      return Optional.empty();
    }
    return Optional.of(
        new ProcessStat(
            line.substring(open + 1, close),
            Long.parseLong(fields[1]),
            Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
            Long.parseLong(fields[13]) + Long.parseLong(fields[14])));
  }

  double ownSeconds() {
    return ownTicks / TICKS_PER_SECOND;
  }

  double ownAndReapedSeconds() {
    return (ownTicks + reapedTicks) / TICKS_PER_SECOND;
  }
}
