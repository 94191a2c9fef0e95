package io.sequitur.db.catalogue;

import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Event types, and which of them were deleted. */
@Singleton
public final class EventTypeStore {
  // What is kept in memory is read through the view: then its table is known to be watched.
  private static final String SELECT = "select * from cached.event_type where tenant = :tenant";
  private static final String UPSERT =
      """
      insert into event_type (tenant, name, description, schema, on_invalid)
      values (:tenant, :name, :description, cast(:schema as json), :onInvalid)
      on conflict (tenant, name) do update
        set description = excluded.description, schema = excluded.schema, on_invalid = excluded.on_invalid
      """;

  private final Jdbi jdbi;

  EventTypeStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What a caller writes; see {@link EventTypeRow}. */
  public record Content(String description, @Nullable String schema, String onInvalid) {}

  /** Creates or replaces. */
  public PutOutcome put(String tenant, String name, Content content, @Nullable String ifMatch) {
    return jdbi.inTransaction(handle ->
        PutOutcome.of(
            Sql.lockedVersion(handle, "event_type", tenant, name),
            ifMatch,
            () -> put(handle, tenant, name, content)));
  }

  /** The same as part of a larger transaction, whatever stood there. */
  public void put(Handle handle, String tenant, String name, Content content) {
    handle
        .createUpdate(UPSERT)
        .bind("tenant", tenant)
        .bind("name", name)
        .bind("description", content.description())
        .bind("schema", content.schema())
        .bind("onInvalid", content.onInvalid())
        .execute();
  }

  /** All of a tenant. */
  public List<EventTypeRow> all(Handle handle, String tenant) {
    return handle.createQuery(SELECT).bind("tenant", tenant).map((rs, ctx) -> row(rs)).list();
  }

  public Optional<EventTypeRow> find(String tenant, String name) {
    return jdbi.withHandle(handle -> find(handle, tenant, name));
  }

  public static Optional<EventTypeRow> find(Handle handle, String tenant, String name) {
    return handle
        .createQuery(SELECT + " and name = :name")
        .bind("tenant", tenant)
        .bind("name", name)
        .map((rs, ctx) -> row(rs))
        .findOne();
  }

  /** By name; {@code after} is the last name of the page before. */
  public List<EventTypeRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name > :after order by name limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .map((rs, ctx) -> row(rs))
            .list());
  }

  /** Which of these types were declared once and are no more, and when each was deleted. */
  public Map<String, Instant> deleted(String tenant, Collection<String> names) {
    Map<String, Instant> deleted = new HashMap<>();
    jdbi.useHandle(handle ->
        handle
            .createQuery(
                """
                select name, deleted_at from event_type_deleted where tenant = :tenant and name = any(:names)
                """)
            .bind("tenant", tenant)
            .bind("names", names.toArray(String[]::new))
            .map((rs, ctx) -> deleted.put(rs.getString("name"), time(rs, "deleted_at")))
            .list());
    return deleted;
  }

  public boolean delete(String tenant, String name) {
    return jdbi.withHandle(handle -> delete(handle, tenant, name));
  }

  public boolean delete(Handle handle, String tenant, String name) {
    return handle.execute("delete from event_type where tenant = ? and name = ?", tenant, name) > 0;
  }

  private static EventTypeRow row(ResultSet rs) throws SQLException {
    return new EventTypeRow(
        rs.getString("tenant"),
        rs.getString("name"),
        rs.getString("description"),
        rs.getString("schema"),
        rs.getString("on_invalid"),
        rs.getLong("version"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }
}
