package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Ids.DeliveryId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads what decides about the actions on deliveries. */
final class FactsReader {
  // Ids come as two arrays, which the planner takes into both halves of the view; a join would read
  // all that is open. Index: delivery_open_pkey, delivery_done_pkey of a day, delivery_open_lane.
  private static final String FACTS =
      """
      select d.event_id, d.webhook_uid, d.state, coalesce(d.claim_until >= now(), false) as under_way, d.ending, d.webhook_use, d.laned,
             case when d.laned then (
               select o.event_id from delivery_open o
               where o.webhook_uid = d.webhook_uid and o.key_id = d.key_id and o.position < d.position
               order by o.position limit 1) end as behind
      from delivery d
      where d.tenant = :tenant and d.event_id = any(:events) and d.webhook_uid = any(:webhooks)
      """;

  private FactsReader() {}

  static List<DeliveryFactsRow> facts(Handle handle, String tenant, Collection<DeliveryId> ids) {
    Set<DeliveryId> asked = new HashSet<>(ids);
    return handle
        .createQuery(FACTS)
        .bind("tenant", tenant)
        .bind("events", ids.stream().map(DeliveryId::event).distinct().toArray(UUID[]::new))
        .bind("webhooks", ids.stream().map(DeliveryId::webhook).distinct().toArray(Long[]::new))
        .map((rs, ctx) -> row(rs))
        .stream()
        .filter(row -> asked.contains(row.id()))
        .toList();
  }

  private static DeliveryFactsRow row(ResultSet rs) throws SQLException {
    return new DeliveryFactsRow(
        uuid(rs, "event_id"),
        rs.getLong("webhook_uid"),
        rs.getString("state"),
        rs.getBoolean("under_way"),
        rs.getString("ending"),
        rs.getString("webhook_use"),
        rs.getBoolean("laned"),
        rs.getObject("behind", UUID.class));
  }
}
