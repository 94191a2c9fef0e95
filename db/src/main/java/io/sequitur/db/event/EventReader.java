package io.sequitur.db.event;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.longOrNull;
import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import io.sequitur.db.event.EventReader.Filter.State;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Events as their readers see them, one or a list. */
@Singleton
public final class EventReader {
  private static final String COLUMNS =
      """
      select e.id, e.tenant, e.type, e.source, e.subject, e.partition_key, e.body, e.received_at,
             e.warning, e.released_at,
             r.sequence, r.triggers, r.conditions is not null as observed, r.routed_at, n.workflow_id, n.workflow_run_id, q.reason as quarantined
      from %s
      left join routing r on r.event_id = e.id
      left join run n on n.id = r.run_id
      left join quarantine q on q.event_id = e.id
      """;

  private static final String EVENTS = "event e";

  private final Jdbi jdbi;

  EventReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  public Optional<EventView> find(String tenant, UUID id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(COLUMNS.formatted(EVENTS) + "where e.id = :id and e.tenant = :tenant")
            .bind("id", id)
            .bind("tenant", tenant)
            .map((rs, ctx) -> view(rs))
            .findOne());
  }

  /** Which events are asked for; what is null does not matter. */
  public record Filter(
      @Nullable String type,
      @Nullable String source,
      @Nullable State state,
      @Nullable UUID before) {
    /** How far an event is. */
    public enum State {
      PENDING,
      ROUTED,
      QUARANTINED
    }
  }

  /** Newest first; {@code before} is the last id of the page before. */
  public List<EventView> list(String tenant, Filter filter, int limit) {
    String conditions =
        "where e.tenant = :tenant"
            + (filter.state() == State.ROUTED ? " and r.event_id is not null" : "")
            + (filter.type() == null ? "" : " and e.type = :type")
            + (filter.source() == null ? "" : " and e.source = :source")
            + (filter.before() == null ? "" : " and e.id < :before");
    return jdbi.withHandle(handle -> {
      var query =
          handle
              .createQuery(
                  COLUMNS.formatted(among(filter.state()))
                      + conditions
                      + " order by e.id desc limit :limit")
              .bind("tenant", tenant)
              .bind("limit", limit);
      if (filter.type() != null) {
        query.bind("type", filter.type());
      }
      if (filter.source() != null) {
        query.bind("source", filter.source());
      }
      if (filter.before() != null) {
        query.bind("before", filter.before());
      }
      return query.map((rs, ctx) -> view(rs)).list();
    });
  }

  // The few that wait are found from where they wait.
  private static String among(@Nullable State state) {
    return switch (state) {
      case null -> EVENTS;
      case ROUTED -> EVENTS;
      case PENDING -> waiting("outbox");
      case QUARANTINED -> waiting("quarantine");
    };
  }

  private static String waiting(String table) {
    return "(select event_id from "
        + table
        + " where tenant = :tenant) s "
        + Sql.joinEvent("s.event_id");
  }

  private static EventView view(ResultSet rs) throws SQLException {
    Instant routedAt = instant(rs, "routed_at");
    return new EventView(
        uuid(rs, "id"),
        rs.getString("type"),
        rs.getString("source"),
        rs.getString("subject"),
        rs.getString("partition_key"),
        rs.getString("body"),
        time(rs, "received_at"),
        longOrNull(rs, "sequence"),
        texts(rs, "triggers"),
        rs.getBoolean("observed"),
        routedAt,
        rs.getString("workflow_id"),
        rs.getString("workflow_run_id"),
        rs.getString("quarantined"),
        rs.getString("warning"),
        instant(rs, "released_at"));
  }
}
