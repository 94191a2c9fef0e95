package io.sequitur.db.catalogue;

import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Triggers: those that users made, and beside them in one list those that webhooks own. */
@Singleton
public final class TriggerStore {
  private static final String SELECT =
      """
      select * from (
        select t.name, t.description, t.events, t.filter, t.actions::text as actions, t.condition::text as condition,
          false as generated, t.created_at, t.updated_at,
          t.version || '.' || (select coalesce(sum(d.version), 0) from trigger_delivery d where d.tenant = t.tenant and d.trigger = t.name)
            as config_version,
          array(select w.name from trigger_delivery d join webhook w on w.uid = d.webhook_uid
                where d.tenant = t.tenant and d.trigger = t.name order by w.name) as deliver
        from trigger t where t.tenant = :tenant
        union all
        select 'webhook::' || name, 'Events of the webhook ' || name, events, filter,
          jsonb_build_array(jsonb_build_object('deliver', jsonb_build_array(name)))::text, null, true, created_at, updated_at,
          version::text, array[name]
        from webhook where tenant = :tenant and active and events is not null
      ) x where true
      """;

  private static final String UPSERT =
      """
      insert into trigger (tenant, name, description, events, filter, actions, condition)
      values (:tenant, :name, :description, :events, :filter, cast(:actions as jsonb), cast(:condition as jsonb))
      on conflict (tenant, name) do update set description = excluded.description, events = excluded.events,
        filter = excluded.filter, actions = excluded.actions, condition = excluded.condition
      """;

  private static final String INSERT_TARGETS =
      """
      insert into trigger_delivery (tenant, trigger, webhook_uid)
      select :tenant, :name, uid from webhook where tenant = :tenant and name = any(:webhooks)
      """;

  private static final String INSERT_NOTIFIED =
      """
      insert into trigger_notification (tenant, trigger, target_uid)
      select :tenant, :name, uid from sync_target where tenant = :tenant and name in (
        select n from jsonb_array_elements(cast(:actions as jsonb)) as a(action)
        cross join jsonb_array_elements_text(coalesce(action -> 'notify', '[]')) as u(n))
      """;

  private final Jdbi jdbi;

  TriggerStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Creates or replaces; the webhooks must exist. */
  public PutOutcome put(String tenant, TriggerContent content, @Nullable String ifMatch) {
    return jdbi.inTransaction(handle -> {
      handle
          .createQuery("select 1 from trigger where tenant = :tenant and name = :name for update")
          .bind("tenant", tenant)
          .bind("name", content.name())
          .mapTo(Integer.class)
          .findOne();
      Optional<TriggerRow> before = find(handle, tenant, content.name());
      return PutOutcome.of(
          before.map(TriggerRow::version), ifMatch, () -> put(handle, tenant, content));
    });
  }

  /** The same as part of a larger transaction, whatever stood there. */
  public void put(Handle handle, String tenant, TriggerContent content) {
    handle
        .createUpdate(UPSERT)
        .bind("tenant", tenant)
        .bind("name", content.name())
        .bind("description", content.description())
        .bind("events", content.events().toArray(String[]::new))
        .bind("filter", content.filter())
        .bind("actions", content.actions())
        .bind("condition", content.condition())
        .execute();
    handle.execute(
        "delete from trigger_delivery where tenant = ? and trigger = ?", tenant, content.name());
    handle
        .createUpdate(INSERT_TARGETS)
        .bind("tenant", tenant)
        .bind("name", content.name())
        .bind("webhooks", content.deliver().toArray(String[]::new))
        .execute();
    handle.execute(
        "delete from trigger_notification where tenant = ? and trigger = ?",
        tenant,
        content.name());
    handle
        .createUpdate(INSERT_NOTIFIED)
        .bind("tenant", tenant)
        .bind("name", content.name())
        .bind("actions", content.actions())
        .execute();
  }

  /** All of a tenant, generated ones too. */
  public List<TriggerRow> all(Handle handle, String tenant) {
    return handle.createQuery(SELECT).bind("tenant", tenant).map((rs, ctx) -> row(rs)).list();
  }

  public Optional<TriggerRow> find(String tenant, String name) {
    return jdbi.withHandle(handle -> find(handle, tenant, name));
  }

  /**
   * By name, in the order of its bytes, as others are sorted in between; {@code after} is the last
   * name of the page before.
   */
  public List<TriggerRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                SELECT
                    + " and name collate \"C\" > :after order by name collate \"C\" limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .map((rs, ctx) -> row(rs))
            .list());
  }

  /** Which of these names no webhook has. */
  public List<String> missingWebhooks(String tenant, List<String> names) {
    return jdbi.withHandle(handle -> Sql.missing(handle, "webhook", tenant, names));
  }

  public boolean delete(String tenant, String name) {
    return jdbi.withHandle(handle -> delete(handle, tenant, name));
  }

  public boolean delete(Handle handle, String tenant, String name) {
    return handle.execute("delete from trigger where tenant = ? and name = ?", tenant, name) > 0;
  }

  private static Optional<TriggerRow> find(Handle handle, String tenant, String name) {
    return handle
        .createQuery(SELECT + " and name = :name")
        .bind("tenant", tenant)
        .bind("name", name)
        .map((rs, ctx) -> row(rs))
        .findOne();
  }

  private static TriggerRow row(ResultSet rs) throws SQLException {
    return new TriggerRow(
        rs.getString("name"),
        rs.getString("description"),
        texts(rs, "events"),
        rs.getString("filter"),
        rs.getString("actions"),
        texts(rs, "deliver"),
        rs.getString("condition"),
        rs.getBoolean("generated"),
        rs.getString("config_version"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }
}
