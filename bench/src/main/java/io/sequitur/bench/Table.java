package io.sequitur.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The results for people: one line for each rate, columns aligned. */
final class Table {
  private static final String UNKNOWN = "–";
  private static final List<String> HEAD =
      List.of(
          "rate",
          "offered",
          "published",
          "delivered",
          "lost",
          "dup",
          "ack p50",
          "p95",
          "p99",
          "deliver p50",
          "p95",
          "p99",
          "max",
          "events/wf",
          "stmts/event",
          "cpu server",
          "postgres",
          "temporal");
  private static final String LEGEND =
      "times in ms from when an event was due; cpu in seconds for 1000 published events";

  private Table() {}

  static String of(List<Row> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    rows.forEach(row -> lines.add(cells(row)));
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        String cell = line.get(column);
        padded.append(" ".repeat(width(lines, column) - cell.length() + (column == 0 ? 0 : 2)));
        padded.append(cell);
      }
      text.append(padded).append('\n');
    }
    return text.append(LEGEND).append('\n').toString();
  }

  private static List<String> cells(Row row) {
    RateResult result = row.result();
    RateResult.AckMs ack = result.ackMs();
    RateResult.DeliverMs deliver = result.deliverMs();
    RateResult.CpuSeconds cpu = result.cpuSecondsPer1000();
    return List.of(
        row.rate() + "/s",
        String.valueOf(result.offered()),
        String.valueOf(result.published()),
        String.valueOf(result.delivered()),
        String.valueOf(result.lost()),
        String.valueOf(result.duplicates()),
        text(ack.p50()),
        text(ack.p95()),
        text(ack.p99()),
        text(deliver.p50()),
        text(deliver.p95()),
        text(deliver.p99()),
        text(deliver.max()),
        text(result.eventsPerWorkflow()),
        text(result.statementsPerEvent()),
        text(cpu.server()),
        text(cpu.postgres()),
        text(cpu.temporal()));
  }

  private static String text(@Nullable Double figure) {
    return figure == null ? UNKNOWN : figure.toString();
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
  }
}
