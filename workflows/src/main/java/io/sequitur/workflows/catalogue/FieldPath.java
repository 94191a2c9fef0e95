package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one value of an event: {@code event.ATTRIBUTE}, {@code data}, {@code data.a.b}, {@code
 * data.list[0]}, {@code data["any key"]}.
 *
 * @param root {@code event} or {@code data}
 * @param steps from there
 * @param written as the user wrote it, for messages
 */
record FieldPath(String root, List<String> steps, String written) {
  private static final String EVENT = "event";
  private static final String DATA = "data";
  private static final int SHOWN = 60;
  private static final Pattern ROOT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern STEP =
      Pattern.compile("\\.([A-Za-z0-9_$-]+)|\\[([0-9]{1,6})]|\\[\"([^\"\\\\]+)\"]");

  FieldPath {
    steps = List.copyOf(steps);
  }

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  static FieldPath parse(String written) {
    Matcher root = ROOT.matcher(written);
    if (!root.lookingAt()) {
      throw new IllegalArgumentException(
          "`{{ %s }}` must name a field, such as `{{ data.a.b }}` or `{{ event.id }}`."
              .formatted(Problem.shorten(written, SHOWN)));
    }
    List<String> steps = new ArrayList<>();
    int at = root.end();
    Matcher step = STEP.matcher(written);
    while (at < written.length()) {
      if (!step.region(at, written.length()).lookingAt()) {
        throw new IllegalArgumentException(unexpected(written, at));
      }
      steps.add(stepOf(step));
      at = step.end();
    }
    FieldPath path = new FieldPath(root.group(), steps, written);
    path.requireKnown();
    return path;
  }

  private static String stepOf(Matcher step) {
    for (int group = 1; group < step.groupCount(); group++) {
      if (step.group(group) != null) {
        return step.group(group);
      }
    }
    return step.group(step.groupCount());
  }

  private static String unexpected(String written, int at) {
    return ("`{{ %s }}` makes no sense from `%s` on: a template names one field, such as"
            + " `{{ data.a.b }}`, `{{ data.list[0] }}` or `{{ data[\"any key\"] }}`; it has no"
            + " functions.")
        .formatted(Problem.shorten(written, SHOWN), Problem.shorten(written.substring(at), SHOWN));
  }

  private void requireKnown() {
    if (root.equals(DATA)) {
      return;
    }
    if (!root.equals(EVENT)) {
      String meant =
          EventContext.ATTRIBUTES.contains(root)
              ? " Did you mean `event." + root + "`?"
              : Suggestion.of(root, List.of(EVENT, DATA))
                  .map(close -> " Did you mean `" + close + "`?")
                  .orElse("");
      throw new IllegalArgumentException(
          "There is no `%s` in templates.%s There are `event` (%s) and `data`."
              .formatted(Problem.shorten(root, SHOWN), meant, attributes()));
    }
    if (steps.size() != 1) {
      throw new IllegalArgumentException(
          "`%s` must name one attribute of the event: %s."
              .formatted(Problem.shorten(written, SHOWN), attributes()));
    }
    String attribute = steps.getFirst();
    if (!EventContext.ATTRIBUTES.contains(attribute)) {
      String meant =
          attribute.equals(DATA)
              ? " Write `{{ data }}`."
              : Suggestion.of(attribute, EventContext.ATTRIBUTES)
                  .map(close -> " Did you mean `event." + close + "`?")
                  .orElse("");
      throw new IllegalArgumentException(
          "`event` has no field `%s`.%s It has %s."
              .formatted(Problem.shorten(attribute, SHOWN), meant, attributes()));
    }
  }

  private static String attributes() {
    return String.join(", ", EventContext.ATTRIBUTES);
  }

  /**
   * The value in an event.
   *
   * @throws TemplateFailure if the event has none
   */
  JsonNode in(EventContext event) {
    JsonNode value = root.equals(DATA) ? event.data() : event.attribute(steps.getFirst());
    for (String step : root.equals(DATA) ? steps : List.<String>of()) {
      value = value.isArray() ? value.path(index(step)) : value.path(step);
    }
    if (value.isMissingNode()) {
      throw new TemplateFailure("the event has no `" + Problem.shorten(written, SHOWN) + "`");
    }
    return value;
  }

  private static int index(String step) {
    return step.length() <= 6 && step.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Integer.parseInt(step)
        : -1;
  }
}
