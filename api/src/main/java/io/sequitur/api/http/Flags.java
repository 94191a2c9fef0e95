package io.sequitur.api.http;

import io.sequitur.workflows.json.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Query parameters that are true or false. */
public final class Flags {
  private Flags() {}

  /**
   * False if it is left out.
   *
   * @throws ProblemException if it is another word: that might have meant either
   */
  public static boolean isTrue(String name, @Nullable String value) {
    if (value == null || value.equals("true") || value.equals("false")) {
      return "true".equals(value);
    }
    String detail = name + " must be true or false.";
    throw new ProblemException(
        ProblemType.MALFORMED, detail, List.of(new Problem("/" + name, detail)));
  }
}
