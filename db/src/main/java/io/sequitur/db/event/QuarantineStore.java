package io.sequitur.db.event;

import jakarta.inject.Singleton;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Events that are set aside, and how they go on. */
@Singleton
public final class QuarantineStore {
  // Who deletes the row releases the event: of many at once, one. It is queued as if it came now,
  // so routing gives it its position then, and its type is not asked again.
  private static final String RELEASE =
      """
      with freed as (
        delete from quarantine where event_id = :id and tenant = :tenant returning event_id, tenant, reason
      ), marked as (
        update event set released_at = clock_timestamp(), warning = coalesce(warning, (select reason from freed))
        where id = :id and exists (select from freed)
        returning source, partition_key
      )
      insert into outbox (event_id, tenant, partition, checked)
      select f.event_id, f.tenant, partition_of(f.tenant, m.source, m.partition_key), true from freed f cross join marked m
      """;

  private final Jdbi jdbi;

  QuarantineStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Queues the event for routing; false when it is not set aside. */
  public boolean release(String tenant, UUID event) {
    return jdbi.withHandle(handle ->
        handle.createUpdate(RELEASE).bind("id", event).bind("tenant", tenant).execute())
        > 0;
  }
}
