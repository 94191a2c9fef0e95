package io.sequitur.api.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import java.util.ArrayList;
import java.util.List;

/** The server refused: its problem (RFC 9457) as one line, and a line for each of its errors. */
public final class ApiException extends CliException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_FOREIGN_TEXT = 120;
  private static final String QUESTION = "; did you mean ";

  private final int status;
  private final String meant;
  private final transient List<ProblemError> errors;

  /**
   * What is wrong in one place.
   *
   * @param pointer JSON pointer into what was sent (RFC 6901); empty for the whole
   */
  public record ProblemError(String pointer, String detail) {
    /** For an indented line under the message. */
    public String line() {
      return pointer.isEmpty() ? detail : pointer + ": " + detail;
    }
  }

  private ApiException(
      int status, String message, String meant, List<ProblemError> errors, List<String> details) {
    super(message, details, FAILURE, null);
    this.status = status;
    this.meant = meant;
    this.errors = List.copyOf(errors);
  }

  /** Reads the problem; of another body only the beginning is shown. */
  static ApiException of(ServerAddress server, int status, String body) {
    JsonNode problem = Json.parseOrMissing(body);
    List<ProblemError> errors = new ArrayList<>();
    for (JsonNode error : problem.path("errors")) {
      errors.add(
          new ProblemError(Json.plain(error.path("pointer")), Json.plain(error.path("detail"))));
    }
    List<String> details = new ArrayList<>(errors.stream().map(ProblemError::line).toList());
    if (status == 401) {
      details.add("set SEQUITUR_API_KEY to a key of " + server.url());
    }
    return new ApiException(
        status, headline(server, status, problem, body), meant(problem), errors, details);
  }

  private static String meant(JsonNode problem) {
    String detail = Json.plain(problem.path("detail"));
    int question = detail.indexOf(QUESTION);
    return question < 0 ? "" : detail.substring(question);
  }

  public int status() {
    return status;
  }

  /** Whether the server says it of this: {@code There is no event …}. */
  public boolean isAbout(String kind) {
    return String.valueOf(getMessage()).contains("There is no " + kind + " ");
  }

  /** The server's guess at what was meant, such as {@code ; did you mean erp?}; or empty. */
  public String meant() {
    return meant;
  }

  public List<ProblemError> errors() {
    return errors;
  }

  private static String headline(ServerAddress server, int status, JsonNode problem, String body) {
    String title = Json.plain(problem.path("title"));
    String detail = Json.plain(problem.path("detail"));
    if (title.isEmpty() && detail.isEmpty()) {
      String foreign = body.strip().replaceAll("\\s+", " ");
      String shown = foreign.substring(0, Math.min(foreign.length(), LONGEST_FOREIGN_TEXT));
      return server.url() + " answered " + status + (shown.isEmpty() ? "" : ": " + shown);
    }
    return title.isEmpty() || detail.isEmpty() ? title + detail : title + ": " + detail;
  }
}
