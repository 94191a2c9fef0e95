package io.sequitur.api.http;

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

  public static ProblemException stale(String what) {
    return new ProblemException(
        ProblemType.STALE,
        what
            + " is no longer the version that If-Match (--planned) names: read it, or plan, again.");
  }
}
