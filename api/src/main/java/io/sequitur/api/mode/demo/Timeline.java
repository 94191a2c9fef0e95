package io.sequitur.api.mode.demo;

import io.sequitur.api.cli.text.Colour;
import io.sequitur.api.cli.text.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Prints what happens as it happens, with the time since the beginning, and what was shown. */
public final class Timeline {
  private final Terminal terminal;
  private final Instant begin;
  private int steps;
  private int held;
  private int broken;

  /** The time starts now. */
  public Timeline(Terminal terminal) {
    this.terminal = terminal;
    this.begin = terminal.clock().instant();
  }

  /** Before the first step: what is going to be shown. */
  void introduce(String line) {
    terminal.out().println(line);
  }

  void step(String title) {
    steps++;
    terminal.out().println();
    line(steps + ". " + title);
  }

  /** Something happened. */
  void tell(String what) {
    line("   " + what);
  }

  /** Something was promised: whether it held, and how that was seen. */
  void check(Guarantee guarantee, boolean holds, String seen) {
    if (holds) {
      held++;
    } else {
      broken++;
    }
    String label = String.format(Locale.ROOT, "%-15s", guarantee.label());
    Colour colour = holds ? Colour.GOOD : Colour.BAD;
    line("   " + colour.paint(terminal, (holds ? "✓ " : "✗ ") + label) + "  " + seen);
  }

  boolean allHeld() {
    return broken == 0;
  }

  /** The last line: how many of the checks held. */
  void conclude() {
    terminal.out().println();
    line(
        broken == 0
            ? Colour.GOOD.paint(terminal, "✓ all " + held + " checks held")
            : Colour.BAD.paint(
                terminal,
                "✗ "
                    + broken
                    + " of "
                    + (held + broken)
                    + " checks did not hold; the story ends at step "
                    + steps));
  }

  private void line(String text) {
    Duration elapsed = Duration.between(begin, terminal.clock().instant());
    String time = String.format(Locale.ROOT, "%5.1f s", elapsed.toMillis() / 1000.0);
    terminal.out().println(Colour.FAINT.paint(terminal, time) + "  " + text);
  }
}
