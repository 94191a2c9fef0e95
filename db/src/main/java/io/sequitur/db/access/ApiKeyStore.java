package io.sequitur.db.access;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.time;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** API keys; of each only the SHA-256 is stored. */
@Singleton
public final class ApiKeyStore {
  private final Jdbi jdbi;

  public ApiKeyStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** A key as it may be shown. */
  public record ApiKey(
      String id,
      String tenant,
      String name,
      List<String> scopes,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {}

  public void add(
      String id,
      String tenant,
      String name,
      byte[] hash,
      List<String> scopes,
      @Nullable Instant expiresAt) {
    jdbi.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into api_key (id, tenant, name, hash, scopes, expires_at)
                values (:id, :tenant, :name, :hash, :scopes, :expiresAt)\
                """)
            .bind("id", id)
            .bind("tenant", tenant)
            .bind("name", name)
            .bind("hash", hash)
            .bind("scopes", scopes.toArray(String[]::new))
            .bind("expiresAt", expiresAt)
            .execute());
  }

  /** The key with this hash, unless it is revoked or expired. */
  public Optional<ApiKey> findValid(byte[] hash) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                "select * from api_key where hash = :hash and revoked_at is null and (expires_at is null or expires_at > now())")
            .bind("hash", hash)
            .map((rs, ctx) -> key(rs))
            .findOne());
  }

  public List<ApiKey> list() {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("select * from api_key order by created_at, id")
            .map((rs, ctx) -> key(rs))
            .list());
  }

  /** False when there is no such key; revoking twice is no error. */
  public boolean revoke(String id) {
    return jdbi.withHandle(handle ->
        handle.execute(
                "update api_key set revoked_at = coalesce(revoked_at, clock_timestamp()) where id = ?",
                id)
            > 0);
  }

  private static ApiKey key(ResultSet rs) throws SQLException {
    return new ApiKey(
        rs.getString("id"),
        rs.getString("tenant"),
        rs.getString("name"),
        texts(rs, "scopes"),
        time(rs, "created_at"),
        instant(rs, "expires_at"),
        instant(rs, "revoked_at"));
  }
}
