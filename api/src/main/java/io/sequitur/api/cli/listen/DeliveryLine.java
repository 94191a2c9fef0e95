package io.sequitur.api.cli.listen;

import io.sequitur.api.cli.text.Colour;
import io.sequitur.api.cli.text.Terminal;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prints deliveries in columns. A column that must grow stays wide, since earlier lines cannot be
 * drawn again.
 */
final class DeliveryLine {
  private final Terminal terminal;
  private final DateTimeFormatter time;
  private final int[] widths = {12, 12, 28, 30, 16, 2, 14, 3};

  DeliveryLine(Terminal terminal) {
    this.terminal = terminal;
    ZoneId zone = terminal.clock().getZone();
    this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
  }

  void heading() {
    String text =
        line(List.of("TIME", "WEBHOOK", "TYPE", "ID", "KEY/SEQUENCE", "TRY", "VERIFIED", "ANSWER"));
    terminal.out().println(Colour.FAINT.paint(terminal, text));
  }

  void print(Received delivery, int status, boolean withBody) {
    String text =
        line(
            List.of(
                time.format(delivery.at()),
                shown(delivery.webhook()),
                shown(delivery.type()),
                shown(delivery.id()),
                shown(delivery.position()),
                shown(delivery.attempt()),
                delivery.verdict().toString(),
                String.valueOf(status)));
    boolean bad = status / 100 != 2 || delivery.verdict().kind() == Verdict.Kind.BAD;
    terminal.out().println((bad ? Colour.BAD : Colour.NONE).paint(terminal, text));
    if (withBody) {
      terminal.out().println("  " + delivery.body().replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "?"));
    }
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
      line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }

  // Headers and bodies come from whoever can reach the port: no control character may reach the
  // terminal.
  private static String shown(@Nullable String value) {
    return value == null || value.isEmpty() ? "-" : value.replaceAll("\\p{Cntrl}", "?");
  }
}
