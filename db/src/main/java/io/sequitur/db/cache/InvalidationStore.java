package io.sequitur.db.cache;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Invalidations and epochs. Rows are written by triggers in the writers' own transactions; here
 * they are taken away again, which raises the epochs of what they name.
 */
@Singleton
public final class InvalidationStore {
  /**
   * Whether anything waits for a step 2: a condition. Read in the same statement as an epoch, it
   * says whether that epoch tells of every write that is committed. The table is empty nearly
   * always.
   */
  public static final String PENDING = "exists (select from invalidation)";

  /**
   * Part of every version that something of ours is cached under: rises when all of it becomes
   * stale at once, and is another one in every statement for as long as a table of ours lacks a
   * trigger. It asks nothing of the row it stands beside, so a statement computes it once.
   */
  public static final String EVERYTHING =
      """
      (select concat_ws('.', (select epoch from cache_epoch where tenant = '' and key = 'sequitur:*'),
                             (select count(*) || '@' || max(at) from invalidation where key = 'sequitur:*' having count(*) > 0),
                             (select clock_timestamp() from uncovered u where not exists (
                                select from registered_table r where r.relation = u.relation and r.cache is not null) limit 1)))\
      """;

  private static final String DRAIN =
      "select webhook_uid from drain_invalidation() as d(webhook_uid)";

  private final Jdbi jdbi;

  public InvalidationStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Step 2: takes every invalidation that is committed, and raises the epochs of what it names.
   * Whoever comes while another is at it waits, and takes what that one could not see.
   */
  public Stale drain() {
    return jdbi.inTransaction(InvalidationStore::drain);
  }

  /** The same as part of a transaction: others see the epochs when it commits. */
  public static Stale drain(Handle handle) {
    List<Long> webhooks = new ArrayList<>();
    boolean[] everything = {false};
    handle
        .createQuery(DRAIN)
        .map((rs, ctx) -> {
          Long uid = Sql.longOrNull(rs, "webhook_uid");
          everything[0] |= uid == null;
          return uid != null && webhooks.add(uid);
        })
        .list();
    return webhooks.isEmpty() && !everything[0]
        ? Stale.NOTHING
        : new Stale(everything[0], webhooks);
  }

  /** Whether anything waits for a step 2. */
  public boolean pending() {
    return jdbi.withHandle(
        handle -> handle.createQuery("select " + PENDING).mapTo(Boolean.class).one());
  }

  /** Notes that what users cache under these keys is stale, because of an event or of nothing. */
  public void invalidate(String tenant, Collection<String> keys, @Nullable UUID cause) {
    jdbi.useHandle(handle ->
        handle
            .createQuery("select 1 from invalidate_keys(:tenant, :keys, :cause) as unused")
            .bind("tenant", tenant)
            .bind("keys", keys.toArray(String[]::new))
            .bind("cause", cause)
            .mapTo(Integer.class)
            .list());
  }
}
