package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.catalogue.Condition.Absence;
import io.sequitur.workflows.catalogue.Condition.Threshold;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the {@code condition} of a trigger. */
public final class ConditionReader {
  private static final int MAX_THRESHOLD = 1_000_000;
  private static final int MAX_PATTERNS = 100;
  private static final Duration MIN_WITHIN = Duration.ofSeconds(1);
  private static final Duration MAX_WITHIN = Duration.ofDays(30);
  private static final String FORMS =
      "Write {\"threshold\": 5, \"within\": \"10m\"} or {\"after\": [\"a\"], \"absent\": [\"b\"], \"within\": \"5m\"}.";

  private ConditionReader() {}

  /** The condition of a trigger; null when it has none, or a wrong one, which is noted. */
  static @Nullable Condition read(Fields trigger) {
    Fields fields =
        trigger.object("condition", "threshold", "after", "absent", "within", "forEach");
    if (fields == null) {
      return null;
    }
    String path = fields.text("forEach", Integer.MAX_VALUE, ForEach::problem);
    ForEach forEach = path == null ? null : ForEach.of(path);
    Duration within = fields.duration("within", MIN_WITHIN, MIN_WITHIN, MAX_WITHIN);
    if (!fields.has("within")) {
      fields.problem("within", "`within` is required, such as \"10m\": how long a window is.");
    }
    boolean absence = fields.has("after") || fields.has("absent");
    if (absence == fields.has("threshold")) {
      fields.problem(absence ? "A condition counts or waits, it cannot do both. " + FORMS : FORMS);
      return null;
    }
    return absence
        ? new Absence(
            patterns(fields, "after", "what opens a window"),
            patterns(fields, "absent", "what should follow"),
            within,
            forEach)
        : new Threshold(fields.integer("threshold", 1, 1, MAX_THRESHOLD), within, forEach);
  }

  private static List<EventPattern> patterns(Fields fields, String field, String meaning) {
    List<String> texts = fields.texts(field, MAX_PATTERNS, EventPattern::problem);
    if (!fields.has(field) || texts.isEmpty()) {
      fields.problem(
          field,
          "`%s` is required with at least one type or pattern: %s.".formatted(field, meaning));
    }
    return texts.stream().map(EventPattern::of).toList();
  }

  /** The types that the events have which a trigger with this condition is about. */
  public static List<EventPattern> patterns(Condition condition, List<EventPattern> on) {
    return switch (condition) {
      case Threshold threshold -> on;
      case Absence absence -> absence.after();
    };
  }

  /**
   * What is wrong with a condition beside the {@code events} of its trigger: types that would never
   * open a window.
   */
  static Optional<String> conflict(Condition condition, List<String> events) {
    return switch (condition) {
      case Threshold threshold -> Optional.empty();
      case Absence absence -> {
        List<EventPattern> on =
            events.stream()
                .filter(text -> EventPattern.problem(text).isEmpty())
                .map(EventPattern::of)
                .toList();
        String never =
            absence.after().stream()
                .filter(EventPattern::isLiteral)
                .map(EventPattern::prefix)
                .filter(type -> !on.isEmpty() && on.stream().noneMatch(p -> p.matches(type)))
                .map(type -> "`" + type + "`")
                .collect(Collectors.joining(", "));
        yield never.isEmpty()
            ? Optional.empty()
            : Optional.of(
                "`condition.after` names %s, which `on.events` leaves out; such an event would never open a window. Leave `events` out."
                    .formatted(never));
      }
    };
  }

  /** The same condition in its normal form: what is stored, shown and exported. */
  public static ObjectNode json(Condition condition) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (condition) {
      case Threshold threshold -> json.put("threshold", threshold.threshold());
      case Absence absence -> {
        json.set("after", texts(absence.after()));
        json.set("absent", texts(absence.absent()));
      }
    }
    json.put("within", Durations.format(condition.within()));
    ForEach forEach = condition.forEach();
    if (forEach != null) {
      json.put("forEach", forEach.toString());
    }
    return json;
  }

  /**
   * A condition as it was stored.
   *
   * @throws IllegalArgumentException with what is wrong, if somebody wrote it by hand past the API
   */
  public static Condition of(JsonNode stored) {
    List<Problem> problems = new ArrayList<>();
    ObjectNode trigger = JsonNodeFactory.instance.objectNode();
    trigger.set("condition", stored);
    Condition condition = read(Fields.of(trigger, "", problems, "condition"));
    if (condition == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(
          "its condition is wrong: "
              + problems.stream().map(Problem::detail).collect(Collectors.joining(" ")));
    }
    return condition;
  }

  private static ArrayNode texts(List<EventPattern> patterns) {
    ArrayNode texts = JsonNodeFactory.instance.arrayNode();
    patterns.forEach(pattern -> texts.add(pattern.toString()));
    return texts;
  }
}
