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
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Deliveries for those who look at them. */
@Singleton
public final class DeliveryReader {
  private static final String SELECT =
      """
      select d.*, coalesce(d.claim_until >= now(), false) as under_way, e.type, e.source, e.partition_key,
             case when d.next_attempt_at is not null and coalesce(d.claim_until < now(), true)
                  then greatest(d.next_attempt_at, s.paused_until) end as planned_at
      from delivery d join event e on e.id = d.event_id left join webhook_state s on s.webhook_uid = d.webhook_uid
      where d.tenant = :tenant
      """;

  private static final String IDS =
      "select d.event_id, d.webhook_uid from delivery d where d.tenant = :tenant";

  private final Jdbi jdbi;

  DeliveryReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Which deliveries are meant; null, or no state, means any. Times are those of their events.
   * {@code before} is the last one of the page before.
   */
  public record Filter(
      @Nullable String webhook,
      @Nullable UUID event,
      List<String> states,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable DeliveryId before) {
    public Filter {
      states = List.copyOf(states);
    }

    String sql() {
      return (webhook == null ? "" : " and d.webhook = :webhook")
          + (event == null ? "" : " and d.event_id = :event")
          + (states.isEmpty() ? "" : " and d.state = any(:states)")
          + (since == null ? "" : " and d.event_id >= first_id_at(:since)")
          + (until == null ? "" : " and d.event_id < first_id_at(:until)")
          + (before == null
              ? ""
              : " and (d.event_id, d.webhook_uid) < (:beforeEvent, :beforeWebhook)");
    }

    void bind(Query query) {
      if (webhook != null) {
        query.bind("webhook", webhook);
      }
      if (event != null) {
        query.bind("event", event);
      }
      if (!states.isEmpty()) {
        query.bind("states", states.toArray(String[]::new));
      }
      if (since != null) {
        query.bind("since", since);
      }
      if (until != null) {
        query.bind("until", until);
      }
      if (before != null) {
        query.bind("beforeEvent", before.event()).bind("beforeWebhook", before.webhook());
      }
    }

    /** The same behind this one. */
    public Filter after(DeliveryId last) {
      return new Filter(webhook, event, states, since, until, last);
    }
  }

  /** Newest events first. */
  public List<DeliveryView> list(String tenant, Filter filter, int limit) {
    return jdbi.withHandle(handle -> {
      Query query =
          handle
              .createQuery(
                  SELECT
                      + filter.sql()
                      + " order by d.event_id desc, d.webhook_uid desc limit :limit")
              .bind("tenant", tenant)
              .bind("limit", limit);
      filter.bind(query);
      return query.map((rs, ctx) -> view(rs)).list();
    });
  }

  /** Only their ids, in the same order. */
  public List<DeliveryId> ids(String tenant, Filter filter, int limit) {
    return jdbi.withHandle(handle -> {
      Query query =
          handle
              .createQuery(
                  IDS + filter.sql() + " order by d.event_id desc, d.webhook_uid desc limit :limit")
              .bind("tenant", tenant)
              .bind("limit", limit);
      filter.bind(query);
      return query
          .map((rs, ctx) -> new DeliveryId(uuid(rs, "event_id"), rs.getLong("webhook_uid")))
          .list();
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

  /** Its own and those of its replays, oldest first. */
  public List<DeliveryView.Attempt> attempts(DeliveryId id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select *, null::uuid as replay_id from attempt where event_id = :event and webhook_uid = :webhook
                union all
                select event_id, webhook_uid, number, at, status, class, duration_ms, config_version, request_headers, response_body, hint,
                       replay_id
                from replay_attempt where event_id = :event and webhook_uid = :webhook
                order by at, number
                """)
            .bind("event", id.event())
            .bind("webhook", id.webhook())
            .map((rs, ctx) -> attempt(rs))
            .list());
  }

  /** What operators did to it, oldest first. Index: audit_log_delivery. */
  public List<DeliveryView.Done> actions(DeliveryId id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select at, actor, action, detail ->> 'from' as before, detail ->> 'to' as after from audit_log
                where event_id = :event and webhook_uid = :webhook and action like 'delivery.%' order by id
                """)
            .bind("event", id.event())
            .bind("webhook", id.webhook())
            .map((rs, ctx) ->
                new DeliveryView.Done(
                    time(rs, "at"),
                    rs.getString("actor"),
                    rs.getString("action"),
                    rs.getString("before"),
                    rs.getString("after")))
            .list());
  }

  private static DeliveryView view(ResultSet rs) throws SQLException {
    return new DeliveryView(
        uuid(rs, "event_id"),
        rs.getLong("webhook_uid"),
        rs.getString("webhook"),
        rs.getString("type"),
        rs.getString("source"),
        rs.getString("partition_key"),
        rs.getString("state"),
        rs.getString("webhook_use"),
        rs.getString("class"),
        rs.getInt("attempts"),
        instant(rs, "planned_at"),
        rs.getBoolean("under_way"),
        rs.getString("ending"),
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
        rs.getString("hint"),
        rs.getObject("replay_id", UUID.class));
  }
}
