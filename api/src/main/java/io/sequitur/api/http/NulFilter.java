package io.sequitur.api.http;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;

/** Refuses a NUL in an address, which is no part of any name and which no database takes. */
@ServerFilter("/v1/**")
final class NulFilter implements Ordered {
  @RequestFilter
  void check(HttpRequest<?> request) {
    boolean inQuery =
        request.getParameters().asMap().values().stream()
            .flatMap(List::stream)
            .anyMatch(NulFilter::hasNul);
    if (inQuery || hasNul(String.valueOf(request.getUri().getPath()))) {
      throw new ProblemException(
          ProblemType.MALFORMED, "The address has a NUL (%00), which stands in no name.");
    }
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }
}
