package io.sequitur.api.access;

import io.micronaut.http.HttpRequest;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import java.net.URI;
import java.util.Set;

/** Names by which this machine calls itself. */
final class LocalNames {
  private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private LocalNames() {}

  /**
   * For dev mode: refuses what a page from elsewhere, open in a browser on this machine, may have
   * sent.
   */
  static void requireLocal(HttpRequest<?> request) {
    String host = request.getHeaders().get("Host");
    String origin = request.getHeaders().get("Origin");
    boolean foreignPage = origin != null && !isLocalOrigin(origin);
    if (host == null || !isLocalHost(host) || foreignPage) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "In dev mode only pages and programs of this machine may call: Host and Origin must be local.");
    }
  }

  /** A {@code Host} header, with or without a port. */
  static boolean isLocalHost(String host) {
    return NAMES.contains(host.replaceFirst(":\\d+$", ""));
  }

  /** An {@code Origin} header; what is no URL is foreign. */
  static boolean isLocalOrigin(String origin) {
    try {
      URI uri = URI.create(origin);
      return uri.getHost() != null && NAMES.contains(uri.getHost());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
