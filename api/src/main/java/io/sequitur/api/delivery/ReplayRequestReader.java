package io.sequitur.api.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.core.annotation.Nullable;
import io.sequitur.api.http.KnownNames;
import io.sequitur.db.delivery.ReplayWindow;
import io.sequitur.workflows.catalogue.CatalogueName;
import io.sequitur.workflows.catalogue.EventPattern;
import io.sequitur.workflows.catalogue.Fields;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.DeliveryState;
import io.sequitur.workflows.json.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads what is to be sent once more, and how fast. */
final class ReplayRequestReader {
  /** What is over: anything else is still to be delivered by itself. */
  static final List<String> STATES =
      Arrays.stream(DeliveryState.values())
          .filter(DeliveryState::finished)
          .map(DeliveryState::word)
          .sorted()
          .toList();

  private static final int MAX_TEXT = 128;
  private static final int MAX_ENTRIES = 100;

  /** So far the caller's clock may be ahead of ours. */
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private static final double SLOWEST = 0.001;
  private static final double FASTEST = 10_000;

  private ReplayRequestReader() {}

  /**
   * A request.
   *
   * @param rate attempts a second at most; null for as many as the webhook allows
   * @param dryRun whether it is only counted
   */
  record ReplayRequest(ReplayWindow window, @Nullable Double rate, boolean dryRun) {}

  /**
   * The request in this body.
   *
   * @param now what is received later is not replayed
   * @throws InvalidDefinition with all problems
   */
  static ReplayRequest read(JsonNode body, Instant now) {
    List<Problem> problems = new ArrayList<>();
    Fields fields =
        Fields.of(
            body, "", problems, "webhook", "since", "until", "types", "states", "rate", "dryRun");
    String webhook = fields.requiredText("webhook", MAX_TEXT, CatalogueName::problem);
    Instant since = time(fields, "since");
    Instant until = time(fields, "until");
    if (since != null && until != null && !since.isBefore(until)) {
      fields.problem("until", "Must be after `since`.");
    }
    if (since != null && since.isAfter(now.plus(CLOCKS))) {
      fields.problem(
          "since", "Is in the future: a replay sends only what has been received before it.");
    }
    List<String> types = fields.texts("types", MAX_ENTRIES, EventPattern::problem);
    List<String> states = fields.texts("states", MAX_ENTRIES, ReplayRequestReader::stateProblem);
    for (String list : List.of("types", "states")) {
      if (fields.isEmptyList(list)) {
        fields.problem(list, "Is empty, so nothing would be sent. Leave it out for all of them.");
      }
    }
    Double rate = rate(fields);
    boolean dryRun = fields.flag("dryRun", false);
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
    ReplayWindow window =
        new ReplayWindow(
            webhook,
            since,
            until,
            types.isEmpty() ? null : types,
            states.isEmpty() ? STATES : states);
    return new ReplayRequest(window, rate, dryRun);
  }

  private static Optional<String> stateProblem(String word) {
    if (STATES.contains(word)) {
      return Optional.empty();
    }
    String those = " States of what is over are " + String.join(", ", STATES) + ".";
    return Optional.of(
        BulkReader.STATES.contains(word)
            ? "A delivery that is `%s` is still open: it is sent by itself, or retry or skip it.%s"
                .formatted(word, those)
            : KnownNames.sentence("state", word, STATES) + those);
  }

  private static @Nullable Double rate(Fields fields) {
    JsonNode rate = fields.any("rate");
    if (rate == null) {
      return null;
    }
    double perSecond = rate.isNumber() ? rate.doubleValue() : Double.NaN;
    if (!(perSecond >= SLOWEST && perSecond <= FASTEST)) {
      fields.problem("rate", "Must be a number of attempts a second, from 0.001 to 10000.");
    }
    return perSecond;
  }

  private static @Nullable Instant time(Fields fields, String field) {
    String text =
        fields.text(
            field,
            MAX_TEXT,
            value ->
                BulkReader.instant(value) == null
                    ? Optional.of("Must be a time like 2026-11-21T09:00:00Z.")
                    : Optional.empty());
    return text == null ? null : BulkReader.instant(text);
  }
}
