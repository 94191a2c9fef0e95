package io.sequitur.db.webhook;

import static io.sequitur.db.Sql.time;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The keys that a webhook's requests are signed with, and their rotation. */
@Singleton
public final class SigningKeyStore {
  /** Each live key makes a signature in every request. */
  public static final int MOST_LIVE = 10;

  private static final String LIVE = "(expires_at is null or expires_at > now())";

  // By the database's clock, as is the check in front of every attempt: what was replaced signs
  // until then, and not once more after it.
  private static final String EXPIRE =
      """
      update signing_key set expires_at = now() + :overlap * interval '1 ms'
      where webhook_uid = :webhook and scheme = :scheme
        and (expires_at is null or expires_at > now() + :overlap * interval '1 ms')
      """;

  private final Jdbi jdbi;

  SigningKeyStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A new key, as it is stored.
   *
   * @param sealed encrypts it for the webhook's uid
   * @param publicKey of an asymmetric one, else null
   */
  public record NewKey(String scheme, LongFunction<byte[]> sealed, @Nullable String publicKey) {}

  /**
   * What a rotation did.
   *
   * @param webhook its uid
   * @param until when the keys before stop signing; null when too many still sign, and nothing was
   *     done
   */
  public record Rotated(long webhook, @Nullable Instant until) {}

  /** Who asks for it, in which tenant. */
  public record Actor(String tenant, String name) {}

  /**
   * Adds a key, which is audited; those of its scheme sign beside it for so long. Empty: no such
   * webhook.
   */
  public Optional<Rotated> rotate(Actor actor, String name, NewKey key, Duration overlap) {
    return jdbi.inTransaction(handle ->
        handle
            .createQuery(
                "select uid from webhook where tenant = :tenant and name = :name for update")
            .bind("tenant", actor.tenant)
            .bind("name", name)
            .mapTo(Long.class)
            .findOne()
            .map(webhook -> rotate(handle, actor, webhook, key, overlap)));
  }

  private static Rotated rotate(
      Handle handle, Actor actor, long webhook, NewKey key, Duration overlap) {
    handle.execute("delete from signing_key where webhook_uid = ? and not " + LIVE, webhook);
    if (stillSigning(handle, webhook, key, overlap) >= MOST_LIVE) {
      return new Rotated(webhook, null);
    }
    handle
        .createUpdate(EXPIRE)
        .bind("webhook", webhook)
        .bind("scheme", key.scheme)
        .bind("overlap", overlap.toMillis())
        .execute();
    handle.execute(
        "insert into signing_key (webhook_uid, scheme, secret, public_key) values (?, ?, ?, ?)",
        webhook,
        key.scheme,
        key.sealed.apply(webhook),
        key.publicKey);
    handle.execute(
        "insert into audit_log (tenant, actor, action, webhook_uid) values (?, ?, 'webhook.rotate-secret', ?)",
        actor.tenant,
        actor.name,
        webhook);
    return handle
        .createQuery("select now() + :overlap * interval '1 ms' as until")
        .bind("overlap", overlap.toMillis())
        .map((rs, ctx) -> new Rotated(webhook, time(rs, "until")))
        .one();
  }

  private static long stillSigning(Handle handle, long webhook, NewKey key, Duration overlap) {
    return handle
        .createQuery(
            "select count(*) from signing_key where webhook_uid = :webhook and (scheme <> :scheme or :overlap > 0)")
        .bind("webhook", webhook)
        .bind("scheme", key.scheme)
        .bind("overlap", overlap.toMillis())
        .mapTo(Long.class)
        .one();
  }
}
