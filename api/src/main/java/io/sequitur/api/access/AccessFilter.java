package io.sequitur.api.access;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import java.util.Optional;
import java.util.Set;

/**
 * Deny by default. A key belongs to one tenant and has scopes. In dev mode none is needed, but a
 * browser on the same machine must not be able to reach the engine from a foreign page, so foreign
 * {@code Host} and {@code Origin} are refused.
 */
@ServerFilter("/v1/**")
final class AccessFilter {
  private static final String BEARER = "Bearer ";
  private static final Caller DEVELOPER = new Caller("default", Set.of(Scope.OPERATOR), "local");

  private final Settings settings;
  private final ApiKeys keys;

  AccessFilter(Settings settings, ApiKeys keys) {
    this.settings = settings;
    this.keys = keys;
  }

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void check(HttpRequest<?> request) {
    if (!settings.has(Role.API)) {
      throw new ProblemException(ProblemType.NOT_FOUND, "This process does not have the role api.");
    }
    Caller caller = settings.dev() ? developer(request) : holder(request);
    Scope needed = needed(request);
    if (!caller.may(needed)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "This needs a key with the scope "
              + needed.name().toLowerCase(java.util.Locale.ROOT)
              + ".");
    }
    caller.attach(request);
  }

  private static Caller developer(HttpRequest<?> request) {
    LocalNames.requireLocal(request);
    return DEVELOPER;
  }

  private Caller holder(HttpRequest<?> request) {
    return Optional.ofNullable(request.getHeaders().get("Authorization"))
        .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .flatMap(value -> keys.caller(value.substring(BEARER.length()).strip()))
        .orElseThrow(() ->
            new ProblemException(
                ProblemType.UNAUTHENTICATED, "Send a valid key: Authorization: Bearer KEY."));
  }

  private static Scope needed(HttpRequest<?> request) {
    return RouteAttributes.getRouteInfo(request)
        .flatMap(route -> route.getAnnotationMetadata().enumValue(Needs.class, Scope.class))
        .orElseGet(() -> byMethod(request.getMethod()));
  }

  private static Scope byMethod(HttpMethod method) {
    return method == HttpMethod.GET || method == HttpMethod.HEAD ? Scope.READ : Scope.WRITE;
  }
}
