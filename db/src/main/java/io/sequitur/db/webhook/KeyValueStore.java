package io.sequitur.db.webhook;

import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import io.sequitur.db.catalogue.PutOutcome;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Named values that headers of many webhooks use. */
@Singleton
public final class KeyValueStore {
  private static final String SELECT = "select * from key_value where tenant = :tenant";
  private static final String UPSERT =
      """
      insert into key_value (tenant, name, kind, value, secret)
      select :tenant, x.name, x.kind, x.value, decode(x.secret, 'base64')
      from json_to_recordset(cast(:rows as json)) as x(name text, kind text, value text, secret text)
      on conflict (tenant, name) do update set kind = excluded.kind, value = excluded.value, secret = excluded.secret
      """;

  private final Jdbi jdbi;

  KeyValueStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Creates or replaces; exactly one of value and secret is given, as the kind demands. */
  public PutOutcome put(
      String tenant,
      String name,
      String kind,
      @Nullable String value,
      byte @Nullable [] secret,
      @Nullable String ifMatch) {
    return jdbi.inTransaction(handle ->
        PutOutcome.of(
            Sql.lockedVersion(handle, "key_value", tenant, name),
            ifMatch,
            () -> write(handle, tenant, List.of(new Writing(name, kind, value, secret)))));
  }

  /**
   * A key-value to be created or replaced; exactly one of value and secret is given.
   *
   * @param secret encrypted
   */
  @SuppressWarnings("ArrayRecordComponent") // carried from the box that closed it to its row
  public record Writing(
      String name, String kind, @Nullable String value, byte @Nullable [] secret) {}

  /** The same for many, in one statement of a larger transaction, whatever stood there. */
  public void write(Handle handle, String tenant, List<Writing> keyValues) {
    if (!keyValues.isEmpty()) {
      handle
          .createUpdate(UPSERT)
          .bind("tenant", tenant)
          .bind("rows", Sql.rows(keyValues))
          .execute();
    }
  }

  /** A key-value with its secret, still encrypted; null unless it is one. */
  @SuppressWarnings("ArrayRecordComponent") // carried from its row to the box that opens it
  public record Sealed(KeyValueRow row, byte @Nullable [] secret) {}

  /** All of a tenant. */
  public List<Sealed> all(Handle handle, String tenant) {
    return handle
        .createQuery(SELECT)
        .bind("tenant", tenant)
        .map((rs, ctx) -> new Sealed(row(rs), rs.getBytes("secret")))
        .list();
  }

  public Optional<KeyValueRow> find(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name = :name")
            .bind("tenant", tenant)
            .bind("name", name)
            .map((rs, ctx) -> row(rs))
            .findOne());
  }

  /** By name; {@code after} is the last name of the page before. */
  public List<KeyValueRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name > :after order by name limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .map((rs, ctx) -> row(rs))
            .list());
  }

  /** Which of these names no key-value has. */
  public List<String> missing(String tenant, List<String> names) {
    return jdbi.withHandle(handle -> Sql.missing(handle, "key_value", tenant, names));
  }

  /** The webhooks whose headers use it: while there are any, it cannot be deleted. */
  public List<String> users(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select distinct w.name from webhook w join webhook_header h on h.webhook_uid = w.uid
                join key_value k on k.id = h.key_value_id where k.tenant = :tenant and k.name = :name order by w.name\
                """)
            .bind("tenant", tenant)
            .bind("name", name)
            .mapTo(String.class)
            .list());
  }

  public boolean delete(String tenant, String name) {
    return jdbi.withHandle(handle -> delete(handle, tenant, List.of(name)) > 0);
  }

  /** Those of these names that are there; gives how many. */
  public int delete(Handle handle, String tenant, Collection<String> names) {
    return handle.execute(
        "delete from key_value where tenant = ? and name = any(?)",
        tenant,
        names.toArray(String[]::new));
  }

  private static KeyValueRow row(ResultSet rs) throws SQLException {
    return new KeyValueRow(
        rs.getString("tenant"),
        rs.getString("name"),
        rs.getString("kind"),
        rs.getString("value"),
        rs.getLong("version"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }
}
