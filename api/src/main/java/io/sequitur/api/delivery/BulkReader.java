package io.sequitur.api.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.core.annotation.Nullable;
import io.sequitur.api.http.KnownNames;
import io.sequitur.db.delivery.DeliveryReader;
import io.sequitur.workflows.catalogue.CatalogueName;
import io.sequitur.workflows.catalogue.Fields;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.DeliveryState;
import io.sequitur.workflows.json.Problem;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads which deliveries an action is meant for. */
final class BulkReader {
  static final List<String> STATES =
      Arrays.stream(DeliveryState.values()).map(DeliveryState::word).sorted().toList();

  private static final int MAX_TEXT = 128;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private BulkReader() {}

  /** Which deliveries, and whether they are only counted. */
  record BulkRequest(DeliveryReader.Filter filter, boolean dryRun) {}

  /**
   * The request in this body.
   *
   * @throws InvalidDefinition with all problems
   */
  static BulkRequest read(JsonNode body) {
    List<Problem> problems = new ArrayList<>();
    Fields fields = Fields.of(body, "", problems, "webhook", "state", "since", "until", "dryRun");
    String webhook = fields.text("webhook", MAX_TEXT, CatalogueName::problem);
    String state = fields.text("state", MAX_TEXT, BulkReader::stateProblem);
    Instant since = time(fields, "since");
    Instant until = time(fields, "until");
    boolean dryRun = fields.flag("dryRun", false);
    if (problems.isEmpty() && webhook == null && state == null && since == null && until == null) {
      fields.problem(
          "Say which deliveries: at least one of `webhook`, `state`, `since` and `until`.");
    }
    if (since != null && until != null && !since.isBefore(until)) {
      fields.problem("until", "Must be after `since`.");
    }
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
    return new BulkRequest(
        new DeliveryReader.Filter(webhook, null, states(state), since, until, null), dryRun);
  }

  /** States with commas between. */
  static List<String> states(@Nullable String words) {
    return words == null ? List.of() : List.of(words.split(",", -1));
  }

  /** What is wrong with states that have commas between. */
  static Optional<String> stateProblem(String words) {
    return states(words).stream()
        .filter(word -> !STATES.contains(word))
        .findFirst()
        .map(word ->
            (word.isEmpty() ? "A state is empty." : KnownNames.sentence("state", word, STATES))
                + " The states are "
                + String.join(", ", STATES)
                + ".");
  }

  private static @Nullable Instant time(Fields fields, String field) {
    String text =
        fields.text(
            field,
            MAX_TEXT,
            value ->
                instant(value) == null
                    ? Optional.of("Must be a time like 2026-11-21T09:00:00Z.")
                    : Optional.empty());
    return text == null ? null : instant(text);
  }

  static @Nullable Instant instant(String text) {
    try {
      Instant time = Instant.parse(text);
      // What an id, and a database, can hold.
      return time.isBefore(Instant.EPOCH) || time.isAfter(LATEST) ? null : time;
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
