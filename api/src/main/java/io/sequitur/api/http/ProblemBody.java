package io.sequitur.api.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.sequitur.workflows.json.Problem;
import java.util.List;

/** RFC 9457. */
public record ProblemBody(
    String type, String title, int status, String detail, List<Problem> errors) {
  private static final MediaType PROBLEM_JSON = MediaType.of("application/problem+json");
  private static final String RETRY_AFTER_SECONDS = "1";

  static MutableHttpResponse<ProblemBody> response(
      ProblemType type, String detail, List<Problem> errors) {
    return response(HttpResponse.status(type.status()), type, detail, errors);
  }

  static MutableHttpResponse<ProblemBody> response(
      MutableHttpResponse<?> base, ProblemType type, String detail, List<Problem> errors) {
    int status = base.code();
    MutableHttpResponse<ProblemBody> response =
        base.body(new ProblemBody(type.uri(), type.title(), status, detail, errors))
            .contentType(PROBLEM_JSON);
    return type == ProblemType.UNAVAILABLE
        ? response.header("Retry-After", RETRY_AFTER_SECONDS)
        : response;
  }
}
