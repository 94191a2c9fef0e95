package io.sequitur.db.event;

import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Digest128;
import io.sequitur.db.Sql;
import io.sequitur.db.event.Appended.TypeName;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Events, taken in once per (tenant, source, id). */
@Singleton
public final class EventStore {
  // One autocommit statement for any number of events. The upsert that changes nothing makes a
  // second publisher of the same id wait
  // for the first and then read its event's id: whoever gets back his own id made the event. Keys
  // are written in sorted order, so
  // that batches that overlap wait for each other and never deadlock. An event whose type is not
  // the one that was asked keeps all of them out: the versions are of the statement's own snapshot,
  // so whoever begins after a change is judged by it. Index: event_type_pkey.
  private static final String ALL =
      """
      with new as (
        select r.*, set_config('lock_timeout', :patience, true)
        from json_to_recordset(cast(:rows as json)) as r(
          key uuid, id uuid, tenant text, source text, ce_id text, type text, subject text, time text, partition_key text,
          body text, judged boolean, type_version bigint, quarantined text, warning text)
      ), stale as (
        select n.tenant, n.type
        from new n left join lateral (
          select version from event_type t where t.tenant = n.tenant and t.name = n.type limit 1) t on true
        where n.judged and t.version is distinct from n.type_version
      ), ledger as (
        insert into dedupe as d (key, event_id) select key, id from new where not exists (select from stale) order by key
        on conflict (key) do update set event_id = d.event_id
        returning d.key, d.event_id
      ), first as (
        select new.* from new join ledger on ledger.key = new.key and ledger.event_id = new.id
      ), stored as (
        insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body, warning)
        select id, tenant, source, ce_id, type, subject, time, partition_key, body, warning from first
        on conflict do nothing
        returning id
      ), queued as (
        insert into outbox (event_id, tenant, partition, checked)
        select f.id, f.tenant, partition_of(f.tenant, f.source, f.partition_key), f.judged
        from stored s join first f on f.id = s.id join json_to_recordset(cast(:places as json)) as p(id uuid, place int) on p.id = f.id
        where f.quarantined is null
        order by p.place
      )%s
      select key, event_id, null as tenant, null as type from ledger
      union all
      select null, null, tenant, type from stale
      """;

  private static final String SET_ASIDE =
      """
      , aside as (
        insert into quarantine (event_id, tenant, reason)
        select f.id, f.tenant, f.quarantined from stored s join first f on f.id = s.id where f.quarantined is not null
      )\
      """;

  // The way of the single event, which is most of them: typed parameters, no JSON.
  private static final String ONE =
      """
      with asked as (
        select set_config('lock_timeout', :patience, true),
               (select version from event_type where tenant = :tenant and name = :type) as version
      ), ledger as (
        insert into dedupe as d (key, event_id) select :key, :id from asked
        where not :judged or version is not distinct from cast(:typeVersion as bigint)
        on conflict (key) do update set event_id = d.event_id
        returning d.event_id
      ), stored as (
        insert into event (id, tenant, source, ce_id, type, subject, time, partition_key, body, warning)
        select :id, :tenant, :source, :ceId, :type, :subject, :time, :partitionKey, :body, :warning from ledger where event_id = :id
        on conflict do nothing
        returning id
      ), queued as (
        %s
      )
      select event_id from ledger
      """;

  private static final String QUEUE_ONE =
      """
      insert into outbox (event_id, tenant, partition, checked)
      select id, :tenant, partition_of(:tenant, :source, :partitionKey), :judged from stored
      """;

  private static final String SET_ONE_ASIDE =
      "insert into quarantine (event_id, tenant, reason) select id, :tenant, :quarantined from stored";

  private static final String APPEND = ALL.formatted("");
  private static final String APPEND_ASIDE = ALL.formatted(SET_ASIDE);
  private static final String APPEND_ONE = ONE.formatted(QUEUE_ONE);
  private static final String APPEND_ONE_ASIDE = ONE.formatted(SET_ONE_ASIDE);

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
   * may ask again. Nobody asks their types here: routing will.
   */
  public List<Accepted> append(List<NewEvent> events) {
    return switch (append(unasked(events), FOR_EVER)) {
      case Appended.Stored stored -> stored.accepted();
      case Appended.Stale stale -> throw new IllegalStateException("no type was asked: " + stale);
    };
  }

  /** The same for events whose types were asked; nothing is stored if one of them has changed. */
  public Appended appendJudged(List<JudgedEvent> events) {
    return append(events, FOR_EVER);
  }

  /**
   * The same, but nothing is stored if an open transaction holds one of the ids.
   *
   * @throws org.jdbi.v3.core.JdbiException then, too
   */
  public Appended appendAtOnce(List<JudgedEvent> events) {
    return append(events, AT_ONCE);
  }

  /** Which of these events are known already, by their places in the list. */
  public List<Integer> known(List<NewEvent> events) {
    UUID[] keys = events.stream().map(EventStore::key).toArray(UUID[]::new);
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select place - 1 from unnest(:keys) with ordinality as u(k, place)
                where exists (select from dedupe where key = k) order by place
                """)
            .bind("keys", keys)
            .mapTo(Integer.class)
            .list());
  }

  static List<JudgedEvent> unasked(List<NewEvent> events) {
    return events.stream().map(event -> new JudgedEvent(event, null)).toList();
  }

  private Appended append(List<JudgedEvent> events, String patience) {
    return events.size() == 1
        ? appendOne(events.getFirst(), patience)
        : appendAll(events, patience);
  }

  private Appended appendOne(JudgedEvent judged, String patience) {
    NewEvent event = judged.event();
    Judgement judgement = judged.judgement() == null ? Judgement.FREE : judged.judgement();
    String reason = judgement.quarantined();
    return jdbi.withHandle(handle -> {
      Query query =
          handle
              .createQuery(reason == null ? APPEND_ONE : APPEND_ONE_ASIDE)
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
              .bind("judged", judged.judgement() != null)
              .bind("typeVersion", judgement.typeVersion())
              .bind("warning", judgement.warning());
      if (reason != null) {
        query.bind("quarantined", reason);
      }
      return query
          .mapTo(UUID.class)
          .findOne()
          .<Appended>map(stored ->
              new Appended.Stored(List.of(new Accepted(stored, !stored.equals(event.id())))))
          .orElseGet(() -> new Appended.Stale(List.of(new TypeName(event.tenant(), event.type()))));
    });
  }

  private Appended appendAll(List<JudgedEvent> events, String patience) {
    Map<UUID, Row> firsts = new LinkedHashMap<>();
    for (JudgedEvent event : events) {
      UUID key = key(event.event());
      firsts.putIfAbsent(key, new Row(key, event));
    }
    record Place(UUID id, int place) {}
    int[] place = {0};
    List<Place> places =
        firsts.values().stream().map(row -> new Place(row.id, place[0]++)).toList();
    boolean anyAside = firsts.values().stream().anyMatch(row -> row.quarantined != null);
    Map<UUID, UUID> stored = new HashMap<>();
    List<TypeName> stale = new ArrayList<>();
    jdbi.useHandle(handle ->
        handle
            .createQuery(anyAside ? APPEND_ASIDE : APPEND)
            .bind("patience", patience)
            .bind("rows", Sql.rows(firsts.values()))
            .bind("places", Sql.rows(places))
            .map((rs, ctx) -> {
              String type = rs.getString("type");
              return type == null
                  ? stored.put(uuid(rs, "key"), uuid(rs, "event_id"))
                  : stale.add(new TypeName(rs.getString("tenant"), type));
            })
            .list());
    return stale.isEmpty()
        ? new Appended.Stored(answers(events, stored))
        : new Appended.Stale(stale);
  }

  // The second of two in one batch is a duplicate of the first, though both came at once.
  private static List<Accepted> answers(List<JudgedEvent> events, Map<UUID, UUID> stored) {
    List<Accepted> accepted = new ArrayList<>();
    for (JudgedEvent judged : events) {
      NewEvent event = judged.event();
      UUID id = Objects.requireNonNull(stored.get(key(event)), "the ledger answers for every key");
      accepted.add(new Accepted(id, !id.equals(event.id())));
    }
    return accepted;
  }

  public Optional<EventView> find(String tenant, UUID id) {
    return new EventReader(jdbi).find(tenant, id);
  }

  private static UUID key(NewEvent event) {
    return Digest128.of(event.tenant(), event.source(), event.ceId());
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
      String body,
      boolean judged,
      @Nullable Long typeVersion,
      @Nullable String quarantined,
      @Nullable String warning) {
    Row(UUID key, JudgedEvent judged) {
      this(
          key,
          judged.event(),
          judged.judgement() != null,
          judged.judgement() == null ? Judgement.FREE : judged.judgement());
    }

    private Row(UUID key, NewEvent event, boolean judged, Judgement judgement) {
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
          event.body(),
          judged,
          judgement.typeVersion(),
          judgement.quarantined(),
          judgement.warning());
    }
  }
}
