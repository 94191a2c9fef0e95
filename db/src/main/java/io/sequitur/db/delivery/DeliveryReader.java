package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.intOrNull;
import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Ids.DeliveryId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Deliveries for those who look at them. */
@Singleton
public final class DeliveryReader {
  private static final String SELECT =
      "select d.*, e.type from delivery d join event e on e.id = d.event_id where d.tenant = :tenant";

  private final Jdbi jdbi;

  DeliveryReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Which deliveries to list; null means any. {@code before} is the last one of the page before.
   */
  public record Filter(
      @Nullable String webhook,
      @Nullable UUID event,
      @Nullable String state,
      @Nullable Instant since,
      @Nullable DeliveryId before) {
    String sql() {
      return (webhook == null ? "" : " and d.webhook = :webhook")
          + (event == null ? "" : " and d.event_id = :event")
          + (state == null ? "" : " and d.state = :state")
          + (since == null ? "" : " and d.event_id >= first_id_at(:since)")
          + (before == null
              ? ""
              : " and (d.event_id, d.webhook_uid) < (:beforeEvent, :beforeWebhook)");
    }
  }

  /** Newest events first. */
  public List<DeliveryView> list(String tenant, Filter filter, int limit) {
    return jdbi.withHandle(handle -> {
      var query =
          handle
              .createQuery(
                  SELECT
                      + filter.sql()
                      + " order by d.event_id desc, d.webhook_uid desc limit :limit")
              .bind("tenant", tenant)
              .bind("limit", limit);
      if (filter.webhook != null) {
        query.bind("webhook", filter.webhook);
      }
      if (filter.event != null) {
        query.bind("event", filter.event);
      }
      if (filter.state != null) {
        query.bind("state", filter.state);
      }
      if (filter.since != null) {
        query.bind("since", filter.since);
      }
      if (filter.before != null) {
        query
            .bind("beforeEvent", filter.before.event())
            .bind("beforeWebhook", filter.before.webhook());
      }
      return query.map((rs, ctx) -> view(rs)).list();
    });
  }

  public Optional<DeliveryView> find(String tenant, DeliveryId id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and d.event_id = :event and d.webhook_uid = :webhook")
            .bind("tenant", tenant)
            .bind("event", id.event())
            .bind("webhook", id.webhook())
            .map((rs, ctx) -> view(rs))
            .findOne());
  }

  public List<DeliveryView.Attempt> attempts(DeliveryId id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                "select * from attempt where event_id = :event and webhook_uid = :webhook order by number")
            .bind("event", id.event())
            .bind("webhook", id.webhook())
            .map((rs, ctx) -> attempt(rs))
            .list());
  }

  private static DeliveryView view(ResultSet rs) throws SQLException {
    return new DeliveryView(
        uuid(rs, "event_id"),
        rs.getLong("webhook_uid"),
        rs.getString("webhook"),
        rs.getString("type"),
        rs.getString("state"),
        rs.getString("class"),
        rs.getInt("attempts"),
        instant(rs, "next_attempt_at"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }

  private static DeliveryView.Attempt attempt(ResultSet rs) throws SQLException {
    return new DeliveryView.Attempt(
        rs.getInt("number"),
        time(rs, "at"),
        intOrNull(rs, "status"),
        rs.getString("class"),
        rs.getInt("duration_ms"),
        rs.getString("config_version"),
        rs.getString("request_headers"),
        rs.getString("response_body"),
        rs.getString("hint"));
  }
}
