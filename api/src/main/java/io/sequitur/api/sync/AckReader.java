package io.sequitur.api.sync;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads what platforms send. They may be older or newer: fields that are not known are ignored. */
final class AckReader {
  private static final int MAX_DETAIL = 2000;

  private AckReader() {}

  /**
   * An acknowledgement.
   *
   * @param notification null: it answers none, or one that is none of ours
   * @param applied false: it refuses the generation
   */
  record AckRequest(
      long generation, String hash, @Nullable UUID notification, boolean applied, String detail) {}

  static AckRequest ack(byte[] body) {
    JsonNode json = StrictJson.tree(body);
    List<Problem> problems = new ArrayList<>();
    long generation = generation(json, problems);
    String hash = json.path("hash").asText("");
    if (!json.path("hash").isTextual()) {
      problems.add(new Problem("/hash", "Must be the hash of the set, as it was handed out."));
    }
    String status = json.path("status").asText("");
    if (!status.equals("APPLIED") && !status.equals("REJECTED")) {
      problems.add(new Problem("/status", "Must be \"APPLIED\" or \"REJECTED\"."));
    }
    require(problems);
    return new AckRequest(
        generation,
        hash.replaceAll("^\"|\"$", ""),
        notification(json.path("notificationId").asText("")),
        status.equals("APPLIED"),
        Problem.shorten(json.path("detail").asText(""), MAX_DETAIL).replace('\0', ' '));
  }

  /** The generation that is confirmed. */
  static long confirmed(byte[] body) {
    List<Problem> problems = new ArrayList<>();
    long generation = generation(StrictJson.tree(body), problems);
    require(problems);
    return generation;
  }

  private static long generation(JsonNode json, List<Problem> problems) {
    JsonNode generation = json.path("generation");
    boolean whole = generation.isIntegralNumber() && generation.canConvertToLong();
    if (!whole || generation.longValue() < 1) {
      problems.add(new Problem("/generation", "Must be the number of a generation."));
      return 0;
    }
    return generation.longValue();
  }

  private static @Nullable UUID notification(String text) {
    return text.matches("ntc_[0-9a-f]{32}")
        ? UUID.fromString(
            text.substring(4).replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"))
        : null;
  }

  private static void require(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
  }
}
