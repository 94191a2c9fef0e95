package io.sequitur.api.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.sequitur.db.catalogue.PutOutcome;
import org.jspecify.annotations.Nullable;

/** ETags: strong, the quoted version of a resource. */
public final class Versions {
  private Versions() {}

  public static String etag(String version) {
    return '"' + version + '"';
  }

  /** The version that {@code If-Match} names; null when the caller takes any. */
  public static @Nullable String expected(@Nullable String ifMatch) {
    return ifMatch == null || ifMatch.strip().equals("*")
        ? null
        : ifMatch.strip().replaceAll("^\"|\"$", "");
  }

  /**
   * The beginning of the answer to a PUT: 201 or 200.
   *
   * @param what was put, such as {@code The webhook erp}
   * @throws ProblemException when another version stands
   */
  public static MutableHttpResponse<?> answer(PutOutcome outcome, String what) {
    return switch (outcome) {
      case CREATED -> HttpResponse.created("");
      case REPLACED -> HttpResponse.ok();
      case STALE -> throw stale(what);
    };
  }

  public static ProblemException stale(String what) {
    return new ProblemException(
        ProblemType.STALE,
        what
            + " is no longer the version that If-Match (--planned) names: read it, or plan, again.");
  }
}
