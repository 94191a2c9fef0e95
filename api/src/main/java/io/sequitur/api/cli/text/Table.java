package io.sequitur.api.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell. */
public final class Table {
  /** Long cells are cut for a person's eye only; a program that reads the table gets them whole. */
  private static final int WIDEST_ON_A_TERMINAL = 48;

  private static final String GAP = "  ";

  private final Terminal terminal;
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(Terminal terminal, String... headings) {
    this(terminal, List.of(headings));
  }

  public Table(Terminal terminal, List<String> headings) {
    this.terminal = terminal;
    this.headings = List.copyOf(headings);
  }

  /** Adds a row; an empty cell shows as a dash. */
  public void row(String... cells) {
    row(Arrays.asList(cells));
  }

  public void row(List<String> cells) {
    if (cells.size() != headings.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + headings.size() + " headings");
    }
    rows.add(cells.stream().map(this::shown).toList());
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Prints the headings and the rows, each line behind the indentation. */
  public void print(String indentation) {
    int[] widths = new int[headings.size()];
    measure(headings, widths);
    rows.forEach(row -> measure(row, widths));
    terminal
        .out()
        .println(indentation + Colour.FAINT.paint(terminal, line(headings, widths, false)));
    rows.forEach(row -> terminal.out().println(indentation + line(row, widths, true)));
  }

  public void print() {
    print("");
  }

  private static void measure(List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
  }

  private String line(List<String> cells, int[] widths, boolean painted) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      Colour colour =
          painted && headings.get(i).equals("STATE") ? Colour.ofState(cell) : Colour.NONE;
      line.append(colour.paint(terminal, cell));
      if (i < widths.length - 1) {
        line.append(" ".repeat(widths[i] - cell.length())).append(GAP);
      }
    }
    return line.toString();
  }

  private String shown(String cell) {
    String oneLine = cell.replaceAll("\\s*\\R\\s*", " ");
    if (oneLine.isEmpty()) {
      return "-";
    }
    if (!terminal.interactive() || oneLine.length() <= WIDEST_ON_A_TERMINAL) {
      return oneLine;
    }
    return oneLine.substring(0, WIDEST_ON_A_TERMINAL - 1) + "…";
  }
}
