package io.sequitur.db.webhook;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Which webhooks events of the catalogue are about. */
@Singleton
public final class ChangedWebhooks {
  // A webhook that is gone is only in its event. Index: event_pkey of a day,
  // webhook_header_key_value.
  private static final String OF_EVENTS =
      """
      with e as (
        select e.tenant, e.type, e.subject, e.body from unnest(:ids) as u(id) %s where e.type like 'sequitur.%%'
      )
      select uid from (
        select cast(cast(e.body as json) #>> '{data,old,uid}' as bigint) as uid from e
        where e.type in ('sequitur.webhook.updated', 'sequitur.webhook.deleted')
        union
        select h.webhook_uid from e
        join key_value k on k.tenant = e.tenant and k.name = e.subject
        join webhook_header h on h.key_value_id = k.id
        where e.type = 'sequitur.key-value.updated') x
      where uid is not null order by uid
      """
          .formatted(Sql.joinEvent("u.id"));

  private final Jdbi jdbi;

  public ChangedWebhooks(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * The uids of the webhooks that these events changed or deleted, and of those that use a
   * key-value which they changed.
   */
  public List<Long> of(Collection<UUID> events) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(OF_EVENTS)
            .bind("ids", events.toArray(UUID[]::new))
            .mapTo(Long.class)
            .list());
  }
}
