package io.sequitur.db.event;

import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.catalogue.RuleReader;
import io.sequitur.db.delivery.EventContent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Events that are not routed yet: which come next, and taking them under their partitions' locks.
 */
final class Outbox {
  // A statement of its own: the snapshot of a statement is older than a lock that it waits for.
  // Ascending, so routers never deadlock.
  private static final String LOCK_PARTITIONS =
      """
      select p, newest, case when p is not null then pg_advisory_xact_lock(hashtext('sequitur'), p)::text end
      from (select partition::int as p, max(seq) as newest from (%s) o group by partition order by p) x
      """;

  // Rows are locked by the inner statement, so their places hold. Index: outbox_by_tenant,
  // outbox_by_event. An earlier row of a tenant's locked partition is never skipped; only rows
  // without a key may be, as they have no order. The version of the rules comes from the same
  // snapshot as the events, and so does whether it can be believed.
  private static final String TAKE =
      """
      with taken as (
        delete from outbox where ctid = any(array(%s))
        returning seq, event_id, checked, tenant
      ), rules as materialized (
        select t.tenant, %s as version from (select distinct tenant from taken) t
      )
      select %s, t.seq, e.tenant, e.source, e.ce_id, e.type, e.subject, e.time, e.id, e.partition_key, e.body,
             r.version as rules, %s as pending
      from taken t join rules r on r.tenant = t.tenant %s
      order by t.seq
      """
          .formatted(
              "%s",
              RuleReader.VERSION,
              RoutingChecks.TYPE_VERSION,
              InvalidationStore.PENDING,
              Sql.joinEvent("t.event_id"));

  // Tenants take turns: the first event of each, the oldest first, then the second of each, and so
  // on. So no flood of one holds the others back. Each may give twice its share, as not all of them
  // have it. That tenant is a range and stands in the order keeps the planner from reading a flood
  // by outbox_pkey to find one event of somebody else. Index: outbox_by_tenant.
  private static final String IN_TURNS =
      """
      select pending.%s from (
        with recursive heads as (
          (select tenant, seq from outbox order by tenant, seq limit 1)
          union all
          select next.* from heads h cross join lateral (
            select o.tenant, o.seq from outbox o where o.tenant > h.tenant order by o.tenant, o.seq limit 1) next
        ), oldest as materialized (
          select tenant from heads order by seq limit :limit
        )
        select o.*, row_number() over (partition by h.tenant order by o.seq) as turn
        from oldest h cross join lateral (
          select ctid as place, event_id, seq, partition from outbox w
          where w.tenant >= h.tenant and w.tenant <= h.tenant %s
          order by w.tenant, w.seq
          limit (select least(:limit, 2 * :limit / greatest(1, count(*)) + 1) from oldest) %s) o) pending
      order by pending.turn, pending.seq limit :limit\
      """;

  private static final String OLDEST = IN_TURNS.formatted("*", "", "");
  private static final String OLDEST_IDS = IN_TURNS.formatted("event_id", "", "");

  // Nothing newer than what the locks are for: or the whole outbox might be read for one more event
  // of a locked partition.
  private static final String OLDEST_ROWS =
      IN_TURNS.formatted(
          "place",
          "and w.seq <= :newest and (partition is null or partition = any(:locked))",
          "for update skip locked");

  // Without locks, so only if none of those that come next has a partition. None of them is waited
  // for: who waits for a partition later must not hold a row that its owner wants.
  private static final String FREE_ROWS =
      """
      select o.ctid from outbox o where o.ctid = any(array(
        with next as materialized (%s)
        select place from next where not exists (select from next where partition is not null)))
      for update skip locked\
      """
          .formatted(OLDEST);

  private static final String NAMED =
      "select partition, seq from outbox where event_id = any(:ids)";
  private static final String NAMED_ROWS =
      """
      select o.ctid from outbox o
      where o.event_id = any(:ids) and (o.partition is null or o.partition = any(:locked))
         or o.partition = any(:locked)
            and o.seq <= (select max(m.seq) from outbox m where m.event_id = any(:ids) and m.partition = o.partition)
      order by o.seq for update\
      """;

  private static final String LOCK_OLDEST = LOCK_PARTITIONS.formatted(OLDEST);
  private static final String TAKE_OLDEST = TAKE.formatted(OLDEST_ROWS);
  private static final String TAKE_FREE = TAKE.formatted(FREE_ROWS);
  private static final String LOCK_NAMED = LOCK_PARTITIONS.formatted(NAMED);
  private static final String TAKE_NAMED = TAKE.formatted(NAMED_ROWS);

  private Outbox() {}

  /**
   * The query that takes the events that come next, tenants in turns, if none of them has a
   * partition key: those have no order to keep, so they need no locks. It takes none if there is a
   * key among them.
   */
  static Query free(Handle handle, int limit) {
    return handle.createQuery(TAKE_FREE).bind("limit", limit);
  }

  /**
   * Locks the partitions of the events that come next, tenants in turns, and gives the query that
   * takes them in their order; empty when there is none.
   */
  static Optional<Query> oldest(Handle handle, int limit) {
    Locks locks = Locks.of(handle.createQuery(LOCK_OLDEST).bind("limit", limit));
    return locks.take(
        handle.createQuery(TAKE_OLDEST).bind("limit", limit).bind("newest", locks.newest));
  }

  /** The same for those of these events that are left, and what stands before them. */
  static Optional<Query> named(Handle handle, Collection<UUID> events) {
    UUID[] ids = events.toArray(UUID[]::new);
    return Locks.of(handle.createQuery(LOCK_NAMED).bind("ids", ids))
        .take(handle.createQuery(TAKE_NAMED).bind("ids", ids));
  }

  /** What comes next, without taking it. */
  static List<UUID> next(Handle handle, int limit) {
    return handle.createQuery(OLDEST_IDS).bind("limit", limit).mapTo(UUID.class).list();
  }

  /** An event that a query of this class has taken. */
  static PendingEvent event(ResultSet rs) throws SQLException {
    return new PendingEvent(
        rs.getLong("seq"),
        rs.getString("tenant"),
        rs.getString("source"),
        rs.getString("ce_id"),
        rs.getString("type"),
        rs.getString("subject"),
        rs.getString("time"),
        new EventContent(uuid(rs, "id"), rs.getString("partition_key"), rs.getString("body")));
  }

  /**
   * What is locked, and for what.
   *
   * @param newest of the events that they were locked for; 0 for none
   */
  private record Locks(List<Integer> partitions, long newest) {
    static Locks of(Query query) {
      record Lock(@Nullable Integer partition, long newest) {}
      List<Lock> locks =
          query
              .map((rs, ctx) -> new Lock(rs.getObject("p", Integer.class), rs.getLong("newest")))
              .list();
      return new Locks(
          locks.stream().map(Lock::partition).filter(Objects::nonNull).toList(),
          locks.stream().mapToLong(Lock::newest).max().orElse(0));
    }

    /** The query, for what is locked; empty when nothing is. */
    Optional<Query> take(Query query) {
      return newest == 0
          ? Optional.empty()
          : Optional.of(query.bind("locked", partitions.toArray(Integer[]::new)));
    }
  }
}
