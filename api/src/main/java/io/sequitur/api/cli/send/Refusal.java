package io.sequitur.api.cli.send;

import io.sequitur.api.cli.http.ApiException;
import io.sequitur.api.cli.http.ApiException.ProblemError;
import io.sequitur.api.cli.text.CliException;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says of a refused batch, which is refused as a whole, the lines that were the reason. */
final class Refusal {
  /** The first number in a JSON pointer into a batch is the position of the event. */
  private static final Pattern POSITION = Pattern.compile("^#?/(?:[a-z]+/)?(\\d{1,6})(/.*)?$");

  private Refusal() {}

  static CliException of(String file, Batch batch, ApiException refused) {
    List<String> details = refused.errors().stream().map(error -> detail(batch, error)).toList();
    int[] lines =
        refused.errors().stream()
            .map(error -> line(batch, error))
            .filter(OptionalInt::isPresent)
            .mapToInt(OptionalInt::getAsInt)
            .distinct()
            .toArray();
    String where =
        batch.first() == batch.last() || lines.length == 1
            ? "line " + (lines.length == 1 ? lines[0] : batch.first())
            : "lines " + batch.first() + " to " + batch.last();
    String message = "%s of %s: %s".formatted(where, file, refused.getMessage());
    return new CliException(message, details, refused.exitCode(), refused);
  }

  private static String detail(Batch batch, ProblemError error) {
    OptionalInt line = line(batch, error);
    if (line.isEmpty()) {
      return error.line();
    }
    Matcher position = POSITION.matcher(error.pointer());
    String inside = position.matches() && position.group(2) != null ? " " + position.group(2) : "";
    return "line " + line.getAsInt() + inside + ": " + error.detail();
  }

  private static OptionalInt line(Batch batch, ProblemError error) {
    Matcher position = POSITION.matcher(error.pointer());
    if (!position.matches()) {
      return OptionalInt.empty();
    }
    int index = Integer.parseInt(position.group(1));
    return index < batch.lines().size()
        ? OptionalInt.of(batch.lines().get(index).number())
        : OptionalInt.empty();
  }
}
