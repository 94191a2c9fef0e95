package io.sequitur.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Publish to receiver as bars, on a logarithmic scale: what an eye should see is by which factor
 * one rate is slower than another.
 */
final class Chart {
  private static final int COLUMNS_PER_TENFOLD = 12;
  private static final double SHORTEST_MS = 0.5;
  private static final double LONGEST_MS = 60_000;

  private Chart() {}

  static String of(List<Row> rows) {
    int width = rows.stream().mapToInt(row -> label(row).length()).max().orElse(0);
    StringBuilder text = new StringBuilder("\npublish to receiver, ms (tenfold: ");
    text.append("█".repeat(COLUMNS_PER_TENFOLD)).append(")\n");
    for (Row row : rows) {
      RateResult.DeliverMs times = row.result().deliverMs();
      line(text, " ".repeat(width - label(row).length()) + label(row), "p50", times.p50());
      line(text, " ".repeat(width), "p95", times.p95());
      line(text, " ".repeat(width), "p99", times.p99());
    }
    return text.toString();
  }

  private static String label(Row row) {
    return row.rate() + "/s";
  }

  private static void line(StringBuilder text, String label, String name, @Nullable Double ms) {
    if (ms != null) {
      text.append(label).append("  ").append(name).append(' ').append("█".repeat(length(ms)));
      text.append(' ').append(ms).append('\n');
    }
  }

  /** At least 1. */
  static int length(double ms) {
    double bounded = Math.clamp(ms, SHORTEST_MS, LONGEST_MS);
    return 1 + (int) Math.round(COLUMNS_PER_TENFOLD * Math.log10(bounded / SHORTEST_MS));
  }
}
