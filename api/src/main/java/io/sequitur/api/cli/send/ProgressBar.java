package io.sequitur.api.cli.send;

import io.sequitur.api.cli.text.Terminal;

/** One line that is drawn over and over, on a terminal only. */
public final class ProgressBar {
  private static final int WIDTH = 40;
  private static final String CLEAR_LINE = "\r\u001B[K";

  private final Terminal terminal;

  public ProgressBar(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Draws how far it is; where the total is not known, only the count. */
  public void show(long events, long done, long total) {
    if (!terminal.interactive()) {
      return;
    }
    StringBuilder line = new StringBuilder(CLEAR_LINE);
    if (total > 0) {
      int filled = (int) Math.min(WIDTH, WIDTH * done / total);
      line.append('[').append("█".repeat(filled)).append(" ".repeat(WIDTH - filled)).append("] ");
    }
    terminal.out().print(line.append(events).append(" events"));
    terminal.out().flush();
  }

  /** Takes the line away. */
  public void clear() {
    if (terminal.interactive()) {
      terminal.out().print(CLEAR_LINE);
      terminal.out().flush();
    }
  }
}
