package io.sequitur.workflows.event;

import io.sequitur.workflows.event.InvalidEvent.Kind;
import io.sequitur.workflows.json.Problem;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the attributes of one event, checks each, and writes the body that receivers get:
 * CloudEvents' own attributes first, in a fixed order, then extensions as they came, then the data
 * untouched.
 */
final class EventBuilder {
  private static final List<String> CORE =
      List.of(
          "specversion",
          "id",
          "source",
          "type",
          "subject",
          "time",
          "datacontenttype",
          "dataschema");
  private static final List<String> REQUIRED = CORE.subList(0, 4);

  private final String at;
  private final EventProblems problems;
  private final boolean ownTypes;
  private final Map<String, String> core = new LinkedHashMap<>();
  private final Map<String, Extension> extensions = new LinkedHashMap<>();
  private final Set<String> refused = new HashSet<>();
  private @Nullable String dataMember;
  private @Nullable String data;

  private record Extension(String value, boolean quoted) {}

  /**
   * @param at pointer of the event in what was sent
   * @param ownTypes whether the event may be of a type of the engine's own
   */
  EventBuilder(String at, EventProblems problems, boolean ownTypes) {
    this.at = at;
    this.problems = problems;
    this.ownTypes = ownTypes;
  }

  /** Takes a string attribute, or notes what is wrong with it. */
  void attribute(String name, String value) {
    String problem = AttributeRules.valueProblem(name, value);
    if (problem != null) {
      refuse(name, problem);
    } else if (CORE.contains(name)) {
      core.put(name, value);
    } else if (isExtension(name)) {
      extensions.put(name, new Extension(value, true));
    }
  }

  /** Takes a number or a boolean, which only extensions may have, spelled as it came. */
  void literal(String name, String spelling, String kind) {
    if (CORE.contains(name) || name.equals("partitionkey")) {
      refuse(name, "`" + name + "` must be a string, not " + kind + ".");
    } else if (isExtension(name)) {
      extensions.put(name, new Extension(spelling, false));
    }
  }

  private boolean isExtension(String name) {
    String problem =
        name.equals("data")
            ? "`data` is not an attribute; in binary mode it is the body."
            : AttributeRules.nameProblem(name);
    if (problem != null) {
      refuse(name, problem);
    }
    return problem == null;
  }

  /**
   * Takes the data.
   *
   * @param member {@code data} or {@code data_base64}
   * @param json the member's value, as JSON text
   */
  void data(String member, String json) {
    if (dataMember != null) {
      refuse(member, "An event has `data` or `data_base64`, not both.");
    }
    dataMember = member;
    data = json;
  }

  void refuse(String name, String problem) {
    refused.add(name);
    problems.add(Kind.MALFORMED, Problem.child(at, name), problem);
  }

  /** Gives what is missing a value: the version, a new id, the time of arrival. */
  void fillIn(Supplier<String> ids, InstantSource clock) {
    core.computeIfAbsent("specversion", missing -> "1.0");
    core.computeIfAbsent("id", missing -> ids.get());
    core.computeIfAbsent(
        "time", missing -> clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
  }

  /** The event, or null when anything in it was refused. */
  @Nullable IncomingEvent build() {
    checkRequired();
    String type = core.getOrDefault("type", "");
    if (!ownTypes && type.startsWith("sequitur.")) {
      problems.add(
          Kind.FORBIDDEN_TYPE,
          Problem.child(at, "type"),
          "Types that begin with `sequitur.` are Sequitur's own and cannot be published.");
      return null;
    }
    return refused.isEmpty() ? checkedSize(event(type)) : null;
  }

  private void checkRequired() {
    for (String name : REQUIRED) {
      if (!core.containsKey(name) && !refused.contains(name)) {
        refuse(name, "`" + name + "` is required.");
      }
    }
  }

  private IncomingEvent event(String type) {
    String subject = core.get("subject");
    Extension key = extensions.get("partitionkey");
    return new IncomingEvent(
        core.getOrDefault("id", ""),
        core.getOrDefault("source", ""),
        type,
        subject,
        core.get("time"),
        key != null ? key.value : subject,
        body());
  }

  private @Nullable IncomingEvent checkedSize(IncomingEvent event) {
    String body = event.body();
    // No char needs more than three bytes, so most events need not be measured.
    if (body.length() > EventLimits.MAX_BODY_BYTES / 3) {
      int bytes = body.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > EventLimits.MAX_BODY_BYTES) {
        problems.add(
            Kind.TOO_LARGE,
            at,
            "As JSON the event has %d bytes; at most %d can be sent on."
                .formatted(bytes, EventLimits.MAX_BODY_BYTES));
        return null;
      }
    }
    return event;
  }

  private String body() {
    StringBuilder out = new StringBuilder(256 + (data == null ? 0 : data.length())).append('{');
    for (String name : CORE) {
      String value = core.get(name);
      if (value != null) {
        member(out, name);
        JsonText.appendQuoted(out, value);
      }
    }
    extensions.forEach((name, extension) -> append(out, name, extension));
    if (dataMember != null) {
      member(out, dataMember);
      out.append(data);
    }
    return out.append('}').toString();
  }

  private static void append(StringBuilder out, String name, Extension extension) {
    member(out, name);
    if (extension.quoted) {
      JsonText.appendQuoted(out, extension.value);
    } else {
      out.append(extension.value);
    }
  }

  /** Names are letters and digits (or {@code data_base64}), so they need no escaping. */
  private static void member(StringBuilder out, String name) {
    if (out.length() > 1) {
      out.append(',');
    }
    out.append('"').append(name).append("\":");
  }
}
