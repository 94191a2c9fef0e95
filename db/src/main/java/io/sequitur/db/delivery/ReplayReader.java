package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.intOrNull;
import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Replays for those who look at them. */
@Singleton
public final class ReplayReader {
  // Index: replay_by_tenant, replay_item_retrying, replay_item_due.
  private static final String SELECT =
      """
      select p.*,
             case when p.state not in ('running', 'paused') then p.state
                  when w.uid is null then 'cancelled'
                  when p.state = 'running' and (not w.active or s.status = 'disabled' or p.hold_until > now()) then 'held'
                  else p.state end as seen_state,
             case when w.uid is null then 'deleted'
                  when s.status = 'disabled' then 'disabled'
                  when not w.active then 'inactive'
                  else 'usable' end as webhook_use,
             t.retrying, t.next_attempt_at,
             (select count(*) from replay_item i where i.replay_id = p.id and i.next_attempt_at is not null and i.claim_until >= now())
               as under_way
      from replay p
      left join webhook w on w.uid = p.webhook_uid
      left join webhook_state s on s.webhook_uid = p.webhook_uid
      cross join lateral (
        select count(*) as retrying, min(i.next_attempt_at) filter (where coalesce(i.claim_until, '-infinity') < now()) as next_attempt_at
        from replay_item i where i.replay_id = p.id and i.attempts > 0 and not i.failed) t
      where p.tenant = :tenant
      """;

  // Index: replay_attempt_failed, replay_item_pkey.
  private static final String FAILURES =
      """
      select a.*, coalesce(i.failed and i.attempts > 0 and not exists (
               select from replay_attempt b where b.event_id = a.event_id and b.webhook_uid = a.webhook_uid
                 and b.replay_id = a.replay_id and b.number > a.number), false) as given_up
      from replay_attempt a left join replay_item i on i.replay_id = a.replay_id and i.event_id = a.event_id
      where a.replay_id = :replay and a.class is not null order by a.at desc limit :limit
      """;

  private final Jdbi jdbi;

  ReplayReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Newest first.
   *
   * @param webhook only of the webhook of this name
   * @param before the last one of the page before
   */
  public List<ReplayView> list(
      String tenant, @Nullable String webhook, @Nullable UUID before, int limit) {
    return jdbi.withHandle(handle -> {
      Query query =
          handle
              .createQuery(
                  SELECT
                      + (webhook == null ? "" : " and p.webhook = :webhook")
                      + (before == null ? "" : " and p.id < :before")
                      + " order by p.id desc limit :limit")
              .bind("tenant", tenant)
              .bind("limit", limit);
      if (webhook != null) {
        query.bind("webhook", webhook);
      }
      if (before != null) {
        query.bind("before", before);
      }
      return query.map((rs, ctx) -> view(rs)).list();
    });
  }

  public Optional<ReplayView> find(String tenant, UUID replay) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and p.id = :replay")
            .bind("tenant", tenant)
            .bind("replay", replay)
            .map((rs, ctx) -> view(rs))
            .findOne());
  }

  /** Its latest failed attempts, the newest first. */
  public List<ReplayView.Failure> failures(UUID replay, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(FAILURES)
            .bind("replay", replay)
            .bind("limit", limit)
            .map((rs, ctx) ->
                new ReplayView.Failure(
                    uuid(rs, "event_id"),
                    rs.getInt("number"),
                    time(rs, "at"),
                    intOrNull(rs, "status"),
                    rs.getString("class"),
                    rs.getString("hint"),
                    rs.getBoolean("given_up")))
            .list());
  }

  private static ReplayView view(ResultSet rs) throws SQLException {
    double rate = rs.getDouble("rate");
    boolean unlimited = rs.wasNull();
    return new ReplayView(
        uuid(rs, "id"),
        rs.getLong("webhook_uid"),
        rs.getString("webhook"),
        rs.getString("seen_state"),
        rs.getString("reason"),
        rs.getString("webhook_use"),
        time(rs, "since"),
        time(rs, "until"),
        rs.getArray("types") == null ? null : Sql.texts(rs, "types"),
        Sql.texts(rs, "states"),
        unlimited ? null : rate,
        rs.getBoolean("scanned"),
        rs.getLong("total"),
        rs.getLong("delivered"),
        rs.getLong("failed"),
        rs.getInt("retrying"),
        rs.getInt("under_way"),
        instant(rs, "next_attempt_at"),
        rs.getString("created_by"),
        time(rs, "created_at"),
        instant(rs, "finished_at"));
  }
}
