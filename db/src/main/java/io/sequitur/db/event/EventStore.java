package io.sequitur.db.event;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.longOrNull;
import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Digest128;
import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Events: taken in once per (tenant, source, id), read, listed. */
@Singleton
public final class EventStore {
  // One autocommit statement for any number of events. The upsert that changes nothing makes a
  // second publisher of the same id wait
  // for the first and then read its event's id: whoever gets back his own id made the event. Keys
  // are written in sorted order, so
  // that batches that overlap wait for each other and never deadlock.
  private static final String APPEND =
      """
      with new as (
        select r.*, set_config('lock_timeout', :patience, true)
        from json_to_recordset(cast(:rows as json)) as r(
          key uuid, id uuid, tenant text, source text, ce_id text, type text, subject text, time text, partition_key text,
          body text)
      ), ledger as (
        insert into dedupe as d (key, event_id) select key, id from new order by key
        on conflict (key) do update set event_id = d.event_id
        returning d.key, d.event_id
      ), first as (
        select new.* from new join ledger on ledger.key = new.key and ledger.event_id = new.id
      ), stored as (
        insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body)
        select id, tenant, source, ce_id, type, subject, time, partition_key, body from first
        on conflict do nothing
        returning id
      ), queued as (
        insert into outbox (event_id, tenant, partition)
        select f.id, f.tenant, partition_of(f.tenant, f.source, f.partition_key)
        from stored s join first f on f.id = s.id join json_to_recordset(cast(:places as json)) as p(id uuid, place int) on p.id = f.id
        order by p.place
      )
      select key, event_id from ledger
      """;

  // The way of the single event, which is most of them: typed parameters, no JSON.
  private static final String APPEND_ONE =
      """
      with patience as (
        select set_config('lock_timeout', :patience, true)
      ), ledger as (
        insert into dedupe as d (key, event_id) select :key, :id from patience
        on conflict (key) do update set event_id = d.event_id
        returning d.event_id
      ), stored as (
        insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body)
        select :id, :tenant, :source, :ceId, :type, :subject, :time, :partitionKey, :body from ledger where event_id = :id
        on conflict do nothing
        returning id
      ), queued as (
        insert into outbox (event_id, tenant, partition)
        select id, :tenant, partition_of(:tenant, :source, :partitionKey) from stored
      )
      select event_id from ledger
      """;

  private static final String COLUMNS =
      """
      select e.id, e.tenant, e.type, e.source, e.subject, e.partition_key, e.body, e.received_at,
             r.sequence, r.triggers, r.conditions is not null as observed, r.routed_at, n.workflow_id, n.workflow_run_id, q.reason as quarantined
      from event e
      left join routing r on r.event_id = e.id
      left join run n on n.id = r.run_id
      left join quarantine q on q.event_id = e.id
      """;

  /** PostgreSQL's word for no lock time-out. */
  private static final String FOR_EVER = "0";

  private static final String AT_ONCE = "50ms";

  private final Jdbi jdbi;

  EventStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * All or nothing, in one commit; the answers stand in the order of the events. The same event
   * again, id and all, is no duplicate of itself: a caller who does not know whether it was taken
   * may ask again.
   */
  public List<Accepted> append(List<NewEvent> events) {
    return append(events, FOR_EVER);
  }

  /**
   * The same, but nothing is stored if an open transaction holds one of the ids.
   *
   * @throws org.jdbi.v3.core.JdbiException then, too
   */
  public List<Accepted> appendAtOnce(List<NewEvent> events) {
    return append(events, AT_ONCE);
  }

  private List<Accepted> append(List<NewEvent> events, String patience) {
    return events.size() == 1
        ? List.of(appendOne(events.getFirst(), patience))
        : appendAll(events, patience);
  }

  private Accepted appendOne(NewEvent event, String patience) {
    UUID stored =
        jdbi.withHandle(handle ->
            handle
                .createQuery(APPEND_ONE)
                .bind("patience", patience)
                .bind("key", key(event))
                .bind("id", event.id())
                .bind("tenant", event.tenant())
                .bind("source", event.source())
                .bind("ceId", event.ceId())
                .bind("type", event.type())
                .bind("subject", event.subject())
                .bind("time", event.time())
                .bind("partitionKey", event.partitionKey())
                .bind("body", event.body())
                .mapTo(UUID.class)
                .one());
    return new Accepted(stored, !stored.equals(event.id()));
  }

  private List<Accepted> appendAll(List<NewEvent> events, String patience) {
    Map<UUID, Row> firsts = new LinkedHashMap<>();
    for (NewEvent event : events) {
      UUID key = key(event);
      firsts.putIfAbsent(key, new Row(key, event));
    }
    record Place(UUID id, int place) {}
    int[] place = {0};
    List<Place> places =
        firsts.values().stream().map(row -> new Place(row.id, place[0]++)).toList();
    Map<UUID, UUID> stored = new HashMap<>();
    jdbi.useHandle(handle ->
        handle
            .createQuery(APPEND)
            .bind("patience", patience)
            .bind("rows", Sql.rows(firsts.values()))
            .bind("places", Sql.rows(places))
            .map((rs, ctx) -> stored.put(uuid(rs, "key"), uuid(rs, "event_id")))
            .list());
    // The second of two in one batch is a duplicate of the first, though both came at once.
    List<Accepted> accepted = new ArrayList<>();
    for (NewEvent event : events) {
      UUID id = Objects.requireNonNull(stored.get(key(event)), "the ledger answers for every key");
      accepted.add(new Accepted(id, !id.equals(event.id())));
    }
    return accepted;
  }

  public Optional<EventView> find(String tenant, UUID id) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(COLUMNS + "where e.id = :id and e.tenant = :tenant")
            .bind("id", id)
            .bind("tenant", tenant)
            .map((rs, ctx) -> view(rs))
            .findOne());
  }

  /** Newest first; {@code before} is the last id of the page before. */
  public List<EventView> list(
      String tenant,
      @Nullable String type,
      @Nullable String source,
      @Nullable UUID before,
      int limit) {
    String filter =
        "where e.tenant = :tenant"
            + (type == null ? "" : " and e.type = :type")
            + (source == null ? "" : " and e.source = :source")
            + (before == null ? "" : " and e.id < :before");
    return jdbi.withHandle(handle -> {
      var query =
          handle
              .createQuery(COLUMNS + filter + " order by e.id desc limit :limit")
              .bind("tenant", tenant)
              .bind("limit", limit);
      if (type != null) {
        query.bind("type", type);
      }
      if (source != null) {
        query.bind("source", source);
      }
      if (before != null) {
        query.bind("before", before);
      }
      return query.map((rs, ctx) -> view(rs)).list();
    });
  }

  private static UUID key(NewEvent event) {
    return Digest128.of(event.tenant(), event.source(), event.ceId());
  }

  private static EventView view(ResultSet rs) throws SQLException {
    Instant routedAt = instant(rs, "routed_at");
    return new EventView(
        uuid(rs, "id"),
        rs.getString("type"),
        rs.getString("source"),
        rs.getString("subject"),
        rs.getString("partition_key"),
        rs.getString("body"),
        time(rs, "received_at"),
        longOrNull(rs, "sequence"),
        texts(rs, "triggers"),
        rs.getBoolean("observed"),
        routedAt,
        rs.getString("workflow_id"),
        rs.getString("workflow_run_id"),
        rs.getString("quarantined"));
  }

  /** An event with its ledger key, as the statement wants it. */
  private record Row(
      UUID key,
      UUID id,
      String tenant,
      String source,
      String ceId,
      String type,
      @Nullable String subject,
      @Nullable String time,
      @Nullable String partitionKey,
      String body) {
    Row(UUID key, NewEvent event) {
      this(
          key,
          event.id(),
          event.tenant(),
          event.source(),
          event.ceId(),
          event.type(),
          event.subject(),
          event.time(),
          event.partitionKey(),
          event.body());
    }
  }
}
