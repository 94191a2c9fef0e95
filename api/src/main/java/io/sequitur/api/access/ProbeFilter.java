package io.sequitur.api.access;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.sequitur.api.engine.Settings;

/**
 * Probes, metrics and the description of the interface need no key, so in production the port is
 * for the internal network only. In dev mode foreign pages are kept out, as everywhere.
 */
@ServerFilter({"/health/**", "/metrics", "/openapi.yml", "/problems"})
final class ProbeFilter {
  private final Settings settings;

  ProbeFilter(Settings settings) {
    this.settings = settings;
  }

  @RequestFilter
  void check(HttpRequest<?> request) {
    if (settings.dev()) {
      LocalNames.requireLocal(request);
    }
  }
}
