package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Ids.DeliveryId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Blocked lanes, for those who look at a webhook. */
@Singleton
public final class BlockedLaneReader {
  // Index: delivery_open_blocked.
  private static final String FIRST =
      """
      select count(*) over () as lanes, event_id, updated_at from delivery_open
      where webhook_uid = :webhook and state = 'blocked' order by updated_at, event_id limit 1
      """;

  private final Jdbi jdbi;

  BlockedLaneReader(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Of this webhook; empty when none is blocked. */
  public Optional<BlockedLanes> of(long webhook) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(FIRST)
            .bind("webhook", webhook)
            .map((rs, ctx) ->
                new BlockedLanes(
                    rs.getLong("lanes"),
                    time(rs, "updated_at"),
                    new DeliveryId(uuid(rs, "event_id"), webhook)))
            .findOne());
  }
}
