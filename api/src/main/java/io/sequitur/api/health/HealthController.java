package io.sequitur.api.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The probes. They need no key and tell no addresses; what is wrong is named in {@code missing}.
 */
@Controller("/health")
final class HealthController {
  private static final String UP = "up";
  private static final String DOWN = "down";

  private final Settings settings;
  private final DatabaseProbe database;
  private final TemporalProbe temporal;

  HealthController(Settings settings, DatabaseProbe database, TemporalProbe temporal) {
    this.settings = settings;
    this.database = database;
    this.temporal = temporal;
  }

  /** The answer of {@code /health/live} and {@code /health/started}. */
  record Probe(String status, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> missing) {}

  /** The answer of {@code /health/ready}. */
  record Readiness(
      String status,
      String database,
      String temporal,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> missing) {}

  /** 200 as long as the process answers at all: a restart would not help with anything else. */
  @Get("/live")
  Probe live() {
    return new Probe(UP, List.of());
  }

  /** 200 once the schema is reachable and migrated. */
  @Get("/started")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<Probe> started() {
    DatabaseState state = database.state();
    return state.migrated()
        ? HttpResponse.ok(new Probe(UP, List.of()))
        : HttpResponse.<Probe>status(HttpStatus.SERVICE_UNAVAILABLE)
            .body(new Probe(DOWN, state.missing()));
  }

  /** 200 when this process can do what its roles say. */
  @Get("/ready")
  @ExecuteOn(TaskExecutors.BLOCKING)
  HttpResponse<Readiness> ready() {
    DatabaseState state = database.state();
    boolean temporalUp = temporal.up();
    List<String> missing = new ArrayList<>(state.missing());
    // Without Temporal events are still taken, routed and first attempted; a mere worker is idle.
    if (!temporalUp && settings.roles().equals(Set.of(Role.WORKER))) {
      missing.add("Temporal does not answer, and this process has only the role worker.");
    }
    Readiness body =
        new Readiness(
            missing.isEmpty() ? UP : DOWN,
            state.missing().isEmpty() ? UP : DOWN,
            temporalUp ? UP : DOWN,
            missing);
    return missing.isEmpty()
        ? HttpResponse.ok(body)
        : HttpResponse.<Readiness>status(HttpStatus.SERVICE_UNAVAILABLE).body(body);
  }
}
