package io.sequitur.api.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/** {@code /metrics}, in Prometheus' text format. */
@Controller("/metrics")
final class MetricsController {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  /** The meters are taken so that they are registered before the first scrape. */
  MetricsController(
      PrometheusMeterRegistry registry, EngineMeters meters, Backlog backlog, SyncGauges targets) {
    this.registry = registry;
    backlog.bindTo(registry);
    targets.bindTo(registry);
  }

  @Get
  @Produces(TEXT)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String scrape() {
    return registry.scrape(TEXT);
  }
}
