package io.sequitur.api.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares what a page shows with what was printed. Widths of columns do not count; times may be
 * any; an id may be any, but is the same wherever the page repeats it, in later commands too.
 * {@code …} stands for any characters, alone in a line for any lines.
 */
final class Output {
  private static final Pattern VARYING =
      Pattern.compile(
          "(?<id>(evt|dlv)_[0-9a-f]{32}(_\\d+)?|whsec_[A-Za-z0-9+/=]+)|(?<time>(\\d{4}-\\d\\d-\\d\\d[T ])?\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?)|(?<any>…)|(?<space> +)");

  private final Map<String, String> ids = new HashMap<>();

  /** The text with the ids of the page replaced by the real ones. */
  String real(String text) {
    String real = text;
    for (Map.Entry<String, String> id : ids.entrySet()) {
      real =
          real.replaceAll(
              Pattern.quote(id.getKey()) + "(?!_?\\d)", Matcher.quoteReplacement(id.getValue()));
    }
    return real;
  }

  /** What differs; empty when it is as shown, and then the ids are remembered. */
  Optional<String> difference(List<String> shown, List<String> printed) {
    List<String> names = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    for (String line : shown) {
      pattern.append(line.strip().equals("…") ? "(?:.*\\n)*?" : line(line, names) + " *\\n");
    }
    String text = printed.isEmpty() ? "" : String.join("\n", printed) + "\n";
    Matcher matcher = Pattern.compile(pattern.toString()).matcher(text);
    if (!matcher.matches()) {
      return Optional.of("shown:\n%s\nprinted:\n%s".formatted(String.join("\n", shown), text));
    }
    for (int i = 0; i < names.size(); i++) {
      ids.putIfAbsent(names.get(i), matcher.group("id" + i));
    }
    return Optional.empty();
  }

  private String line(String line, List<String> names) {
    StringBuilder pattern = new StringBuilder();
    Matcher varying = VARYING.matcher(line.stripTrailing());
    int done = 0;
    while (varying.find()) {
      pattern.append(quoted(line.substring(done, varying.start())));
      done = varying.end();
      if (varying.group("id") != null) {
        pattern.append(id(varying.group("id"), names));
      } else if (varying.group("time") != null) {
        pattern.append("[0-9:.TZ -]+?");
      } else {
        pattern.append(varying.group("any") != null ? ".*?" : " +");
      }
    }
    return pattern.append(quoted(line.stripTrailing().substring(done))).toString();
  }

  private String id(String shown, List<String> names) {
    String known = ids.get(shown);
    if (known != null) {
      return quoted(known);
    }
    int before = names.indexOf(shown);
    if (before >= 0) {
      return "\\k<id" + before + ">";
    }
    names.add(shown);
    return "(?<id%d>%s)".formatted(names.size() - 1, form(shown));
  }

  private static String form(String id) {
    return id.startsWith("whsec_")
        ? "whsec_[A-Za-z0-9+/=]+"
        : id.substring(0, 4) + "[0-9a-f]{32}" + (id.indexOf('_', 4) > 0 ? "_\\d+" : "");
  }

  /** What was printed, as the page would show it: with the ids that it used before. */
  List<String> asShown(List<String> shown, List<String> printed) {
    List<String> before = idsIn(shown);
    List<String> now = idsIn(printed);
    if (before.size() == now.size()) {
      for (int i = 0; i < now.size(); i++) {
        ids.putIfAbsent(before.get(i), now.get(i));
      }
    }
    String text = String.join("\n", printed);
    for (Map.Entry<String, String> id : ids.entrySet()) {
      text = text.replaceAll(Pattern.quote(id.getValue()) + "(?!_?\\d)", id.getKey());
    }
    return text.lines().map(String::stripTrailing).toList();
  }

  private static List<String> idsIn(List<String> lines) {
    return VARYING
        .matcher(String.join("\n", lines))
        .results()
        .map(found -> found.group("id"))
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private static String quoted(String text) {
    return text.isEmpty() ? "" : Pattern.quote(text);
  }
}
