package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.intOrNull;

import io.sequitur.db.Ids.DeliveryId;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** What keeps deliveries and replays waiting, for those who ask why. */
@Singleton
public final class DelayReader {
  private static final String OF_WEBHOOK =
      """
      select %s, case when s.paused_until > now() then s.paused_until end as pause, w.rate_count, w.rate_per_ms, %s as not_before, %s as replay
      from webhook w left join webhook_state s on s.webhook_uid = w.uid
      where w.uid = :webhook
      """;

  private static final String OF_ALL =
      OF_WEBHOOK.formatted(Trouble.COLUMNS, "null::timestamptz", "null::uuid");

  // Index: delivery_open_pkey, replay_item_heads.
  private static final String OF_DELIVERY =
      OF_WEBHOOK.formatted(
          Trouble.COLUMNS,
          "(select d.not_before from delivery_open d where d.event_id = :event and d.webhook_uid = w.uid and d.not_before > now())",
          """
          (select r.replay_id from delivery_open d
           join replay_item r on r.webhook_uid = d.webhook_uid and r.key_id = d.key_id
           where d.event_id = :event and d.webhook_uid = w.uid and w.ordered
             and r.next_attempt_at is not null and r.claim_until >= now() limit 1)\
          """);

  private final Jdbi jdbi;

  DelayReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Of one open delivery; empty when its webhook is gone. */
  public Optional<Delay> of(DeliveryId delivery) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(OF_DELIVERY)
            .bind("webhook", delivery.webhook())
            .bind("event", delivery.event())
            .map((rs, ctx) -> delay(rs))
            .findOne());
  }

  /** Of everything to a webhook; empty when it is gone. */
  public Optional<Delay> of(long webhook) {
    return jdbi.withHandle(handle ->
        handle.createQuery(OF_ALL).bind("webhook", webhook).map((rs, ctx) -> delay(rs)).findOne());
  }

  private static Delay delay(ResultSet rs) throws SQLException {
    Integer count = intOrNull(rs, "rate_count");
    Integer per = intOrNull(rs, "rate_per_ms");
    return new Delay(
        Trouble.of(rs),
        rs.getString("breaker"),
        instant(rs, "pause"),
        count == null || per == null ? null : new Delay.Limit(count, Duration.ofMillis(per)),
        instant(rs, "not_before"),
        rs.getObject("replay", UUID.class));
  }
}
