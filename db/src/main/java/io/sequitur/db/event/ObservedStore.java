package io.sequitur.db.event;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What events meant to conditions, and what has become of those that waited. */
@Singleton
public final class ObservedStore {
  // One snapshot for all of it: an event that fires meanwhile is not taken for one that was called
  // off. Index: routing's key, condition_window_event.
  private static final String OF_EVENT =
      """
      select c.trigger, c.count, c."of", c.until,
             case when c.did <> 'waiting' then c.did
                  when c.trigger = any(r.triggers) then 'fired'
                  when not exists (select from trigger t where t.tenant = r.tenant and t.name = c.trigger and t.condition_id = c.condition_id)
                    then 'dropped'
                  when exists (select from condition_window w where w.event_id = r.event_id and w.condition_id = c.condition_id)
                    then 'waiting'
                  else 'called-off' end as state
      from routing r
      cross join jsonb_to_recordset(r.conditions) as c(
        trigger text, condition_id bigint, did text, count bigint, "of" int, until timestamptz)
      where r.event_id = :event and r.tenant = :tenant
      order by c.trigger
      """;

  private final Jdbi jdbi;

  ObservedStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * What an event is to the condition of a trigger.
   *
   * @param state docs/conditions.md has the list
   * @param count which one of its window it was; null for an absence
   * @param threshold null for an absence
   * @param until when the window ends or ended; null if the event closed it
   */
  public record View(
      String trigger,
      String state,
      @Nullable Long count,
      @Nullable Integer threshold,
      @Nullable Instant until) {}

  /** By trigger; empty for an event that no condition looked at. */
  public List<View> of(String tenant, UUID event) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(OF_EVENT)
            .bind("event", event)
            .bind("tenant", tenant)
            .map((rs, ctx) -> view(rs))
            .list());
  }

  private static View view(ResultSet rs) throws SQLException {
    return new View(
        rs.getString("trigger"),
        rs.getString("state"),
        Sql.longOrNull(rs, "count"),
        Sql.intOrNull(rs, "of"),
        Sql.instant(rs, "until"));
  }
}
