package io.sequitur.db.catalogue;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** Transactions over all of a tenant's catalogue. */
@Singleton
public final class CatalogueTransactions {
  // Two numbers, so that it cannot be the lock of something else with the same hash.
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtext('sequitur.catalogue'), hashtext(?))";

  // Nothing that is there goes away meanwhile; deliveries may still refer to it.
  private static final List<String> KEEP =
      List.of(
          "select 1 from event_type where tenant = ? for no key update",
          "select 1 from key_value where tenant = ? for no key update",
          "select 1 from webhook where tenant = ? for no key update",
          "select 1 from sync_target where tenant = ? for no key update",
          "select 1 from cache where tenant = ? for no key update",
          "select 1 from trigger where tenant = ? for no key update");

  // Whoever waits longer waits for a transaction that somebody forgot.
  private static final String LOCK_TIMEOUT = "set local lock_timeout = '20s'";

  // As in RuleReader, the hashes of versions stand for a set of rows.
  private static final String VERSION =
      """
      select md5(concat_ws(':',
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from event_type where tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from sync_target where tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(g.version, 0)), 0)
         from sync_signing_key g join sync_target s on s.uid = g.target_uid where s.tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from cache where tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from key_value where tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from webhook where tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(h.version, 0)), 0)
         from webhook_header h join webhook w on w.uid = h.webhook_uid where w.tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(g.version, 0)), 0)
         from signing_key g join webhook w on w.uid = g.webhook_uid where w.tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from trigger where tenant = :tenant),
        (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from trigger_delivery where tenant = :tenant)))\
      """;

  private final Jdbi jdbi;

  CatalogueTransactions(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Reads the state of one moment. */
  public <T extends @Nullable Object> T read(Function<Handle, T> work) {
    return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, work::apply);
  }

  /**
   * Writes all or nothing. One at a time for each tenant; the next sees what this one did, as it
   * reads only after it has the lock.
   */
  public <T extends @Nullable Object> T write(String tenant, Function<Handle, T> work) {
    return jdbi.inTransaction(
        TransactionIsolationLevel.READ_COMMITTED,
        handle -> {
          handle.execute(LOCK_TIMEOUT);
          handle.execute(LOCK, tenant);
          for (String statement : KEEP) {
            handle.execute(statement, tenant);
          }
          return work.apply(handle);
        });
  }

  /** Changes with every committed change of anything that a tenant's catalogue consists of. */
  public String version(String tenant) {
    return jdbi.withHandle(handle -> version(handle, tenant));
  }

  /** The same as part of a transaction. */
  public String version(Handle handle, String tenant) {
    return handle.createQuery(VERSION).bind("tenant", tenant).mapTo(String.class).one();
  }
}
