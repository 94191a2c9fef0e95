package io.sequitur.db.event;

import static io.sequitur.db.Sql.longOrNull;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Digest128;
import io.sequitur.db.Sql;
import io.sequitur.db.delivery.Usable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Fires windows that are due: the transaction that takes them away makes the deliveries and actions
 * of the events that waited in them, so each fires once, whoever and however many fire.
 */
@Singleton
public final class FiringStore {
  // Without statistics the planner would rather read all that is due and sort it, for each portion.
  static final String IN_INDEX_ORDER = "set local enable_bitmapscan = off";

  // Index: condition_window_due, in its order, so that a portion costs the same however many are
  // due.
  // The window's condition must still be the trigger's.
  static final String TAKE =
      """
      with due as (
        select w.ctid from condition_window w
        where w.condition_id = (select t.condition_id from trigger t where t.tenant = :tenant and t.name = :trigger)
          and w.event_id is not null and w.due_at <= now()
        order by w.due_at limit :limit for update skip locked
      )
      delete from condition_window where ctid = any(array(select ctid from due)) returning event_id, due_at
      """;

  // A delivery of an event is made when it is routed or when a window fires. Its routing row's lock
  // keeps firings of one event apart, so the statement that makes deliveries, which comes later,
  // sees all that there are. Sorted ids: firings never deadlock.
  private static final String LOCK_EVENTS =
      """
      select r.event_id, r.run_id, r.sequence, e.source, e.partition_key
      from unnest(:ids) as u(id)
      cross join lateral (select event_id, run_id, sequence from routing where event_id = u.id limit 1 for update) r
      %s
      """
          .formatted(Sql.joinEvent("r.event_id"));

  // The lock of the lanes, as when routing.
  private static final String LOCK_KEYS =
      "select id, hash, last from key_counter where hash = any(:hashes) order by hash for update";

  // Index: delivery_open_pkey, delivery_open_lane, webhook_pkey. Finished deliveries are looked up
  // one by one: days have no statistics, and the planner would rather read them whole.
  private static final String FIRE =
      """
      with f as (
        select * from json_to_recordset(cast(:rows as json)) as f(
          number bigint, event_id uuid, key_id bigint, position bigint, moved boolean)
        where number %s
      ), counted as (
        update key_counter k set last = m.last
        from (select key_id, max(position) as last from f where moved group by key_id) m where k.id = m.key_id
      ), told as (
        update routing r
        set triggers = array(select distinct t from unnest(r.triggers || cast(:trigger as text)) as u(t) order by t)
        where r.event_id = any(:ids)
      ), acted as (
        insert into action (event_id, trigger, ordinal, tenant, kind, parameters)
        select f.event_id, t.name, a.ordinal - 1, t.tenant, x.kind, x.parameters
        from f join trigger t on t.tenant = :tenant and t.name = :trigger
        cross join lateral jsonb_array_elements(case jsonb_typeof(t.actions) when 'array' then t.actions else '[]' end)
          with ordinality as a(action, ordinal)
        cross join lateral jsonb_each(case jsonb_typeof(a.action) when 'object' then a.action else '{}' end) as x(kind, parameters)
        where x.kind in ('notify', 'startWorkflow', 'invalidate')
        on conflict do nothing
        returning event_id
      ), target as (
        select f.event_id, f.key_id, f.position, w.uid, w.name, w.ordered and f.key_id is not null as laned,
               row_number() over (partition by w.uid, f.key_id order by f.position, f.number) as place
        from f join trigger_delivery d on d.tenant = :tenant and d.trigger = :trigger
        join webhook w on w.uid = d.webhook_uid and w.active
        where (select 1 from delivery_open o where o.event_id = f.event_id and o.webhook_uid = w.uid limit 1) is null
          and (select 1 from delivery_done o where o.event_id = f.event_id and o.webhook_uid = w.uid limit 1) is null
      ), made as (
        insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, key_id, position, next_attempt_at)
        select t.event_id, t.uid, t.name, :tenant, case when l.behind then 'waiting' else 'pending' end, t.key_id, t.position,
               case when not l.behind then now() end
        from target t
        cross join lateral (
          select t.laned and (t.place > 1 or exists (
            select from delivery_open o where o.webhook_uid = t.uid and o.key_id = t.key_id)) as behind
        ) l
        returning webhook_uid, state
      )
      select array(select distinct m.webhook_uid from made m left join webhook_state s on s.webhook_uid = m.webhook_uid
                   where m.state = 'pending' and %s) as ring,
             array(select distinct event_id from acted) as acted
      """
          .formatted(Sql.FEW, Usable.ENABLED);

  private final Jdbi jdbi;

  FiringStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * What a portion did.
   *
   * @param windows how many fired; 0: none is due
   * @param toRing webhooks that got a due row which nobody attempts yet
   * @param runs those of events that got actions besides deliveries
   */
  public record Fired(int windows, Set<Long> toRing, Set<UUID> runs) {}

  /** Fires windows of this trigger that are due, the earliest first, at most so many. */
  public Fired fire(String tenant, String trigger, int limit) {
    return jdbi.inTransaction(handle -> {
      handle.execute(IN_INDEX_ORDER);
      List<Due> due =
          handle
              .createQuery(TAKE)
              .bind("tenant", tenant)
              .bind("trigger", trigger)
              .bind("limit", limit)
              .map((rs, ctx) -> new Due(uuid(rs, "event_id"), Sql.time(rs, "due_at")))
              .list();
      return due.isEmpty() ? new Fired(0, Set.of(), Set.of()) : fire(handle, tenant, trigger, due);
    });
  }

  private static Fired fire(Handle handle, String tenant, String trigger, List<Due> due) {
    UUID[] ids = due.stream().map(Due::eventId).distinct().sorted().toArray(UUID[]::new);
    Map<UUID, Event> events =
        handle
            .createQuery(LOCK_EVENTS)
            .bind("ids", ids)
            .map((rs, ctx) ->
                new Event(
                    uuid(rs, "event_id"),
                    uuid(rs, "run_id"),
                    longOrNull(rs, "sequence"),
                    keyHash(tenant, rs.getString("source"), rs.getString("partition_key"))))
            .list()
            .stream()
            .collect(Collectors.toMap(Event::id, event -> event));
    List<Row> rows = places(due, new HashMap<>(events), lockKeys(handle, events));
    return handle
        .createQuery(FIRE)
        .bind("tenant", tenant)
        .bind("trigger", trigger)
        .bind("ids", ids)
        .bind("rows", Sql.rows(rows))
        .map((rs, ctx) ->
            new Fired(
                due.size(),
                Set.of((Long[]) rs.getArray("ring").getArray()),
                Sql.uuids(rs, "acted").stream()
                    .map(event -> Objects.requireNonNull(events.get(event)).run)
                    .collect(Collectors.toSet())))
        .one();
  }

  // The place in its lanes: the event's own number if it is still the last of its key. Else others
  // of
  // the key may have been sent by now, and the delivery takes the next number, as it follows them.
  private static List<Row> places(List<Due> due, Map<UUID, Event> events, Map<UUID, Counter> keys) {
    List<Row> rows = new ArrayList<>();
    for (Due window : due.stream().sorted(Comparator.comparing(Due::dueAt)).toList()) {
      Event event = events.remove(window.eventId);
      if (event != null) {
        Counter key = event.keyHash == null ? null : keys.get(event.keyHash);
        boolean moved = key != null && !Long.valueOf(key.last).equals(event.sequence);
        if (key != null && moved) {
          key.last++;
        }
        rows.add(
            new Row(
                rows.size() + 1,
                event.id,
                key == null ? null : key.id,
                key == null ? null : key.last,
                moved));
      }
    }
    return rows;
  }

  private static Map<UUID, Counter> lockKeys(Handle handle, Map<UUID, Event> events) {
    UUID[] hashes =
        events.values().stream()
            .map(Event::keyHash)
            .filter(Objects::nonNull)
            .distinct()
            .toArray(UUID[]::new);
    Map<UUID, Counter> keys = new HashMap<>();
    if (hashes.length > 0) {
      handle
          .createQuery(LOCK_KEYS)
          .bind("hashes", hashes)
          .map((rs, ctx) ->
              keys.put(uuid(rs, "hash"), new Counter(rs.getLong("id"), rs.getLong("last"))))
          .list();
    }
    return keys;
  }

  private static @Nullable UUID keyHash(String tenant, String source, @Nullable String key) {
    return key == null ? null : Digest128.of(tenant, source, key);
  }

  private record Due(UUID eventId, Instant dueAt) {}

  private record Event(UUID id, UUID run, @Nullable Long sequence, @Nullable UUID keyHash) {}

  /** A key's counter; firings count it on. */
  private static final class Counter {
    private final long id;
    private long last;

    Counter(long id, long last) {
      this.id = id;
      this.last = last;
    }
  }

  private record Row(
      int number, UUID eventId, @Nullable Long keyId, @Nullable Long position, boolean moved) {}
}
