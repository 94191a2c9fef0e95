package io.sequitur.api.access;

import io.micronaut.http.HttpRequest;
import java.util.Set;

/**
 * Who is asking: a tenant, and what he may do.
 *
 * @param name for the audit log: the key's id and name, or {@code local}
 */
public record Caller(String tenant, Set<Scope> scopes, String name) {
  private static final String ATTRIBUTE = "sequitur.caller";

  /** The one of a request that passed the access filter. */
  public static Caller of(HttpRequest<?> request) {
    return request
        .getAttribute(ATTRIBUTE, Caller.class)
        .orElseThrow(() -> new IllegalStateException("the access filter did not run"));
  }

  void attach(HttpRequest<?> request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /** Whether the key allows it. */
  public boolean may(Scope scope) {
    return scopes.contains(scope)
        || scopes.contains(Scope.OPERATOR)
        || (scope == Scope.SYNC && scopes.contains(Scope.WRITE));
  }
}
