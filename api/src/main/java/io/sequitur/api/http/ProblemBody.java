package io.sequitur.api.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.util.List;

/**
 * RFC 9457.
 *
 * @param errors each with a {@code pointer} and a {@code detail}, and perhaps more
 */
public record ProblemBody(String type, String title, int status, String detail, List<?> errors) {
  private static final MediaType PROBLEM_JSON = MediaType.of("application/problem+json");
  private static final String RETRY_AFTER_SECONDS = "1";

  /** The answer to a request that cannot be served. */
  public static MutableHttpResponse<ProblemBody> response(
      ProblemType type, String detail, List<?> errors) {
    return response(HttpResponse.status(type.status()), type, detail, errors);
  }

  static MutableHttpResponse<ProblemBody> response(
      MutableHttpResponse<?> base, ProblemType type, String detail, List<?> errors) {
    int status = base.code();
    MutableHttpResponse<ProblemBody> response =
        base.body(new ProblemBody(type.uri(), type.title(), status, detail, errors))
            .contentType(PROBLEM_JSON);
    return type == ProblemType.UNAVAILABLE
        ? response.header("Retry-After", RETRY_AFTER_SECONDS)
        : response;
  }
}
