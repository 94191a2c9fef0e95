package io.sequitur.db.event;

import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Digest128;
import io.sequitur.db.Sql;
import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.catalogue.RuleReader;
import io.sequitur.db.event.Appended.TypeName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The one statement that stores events, in two forms: for a single one, and for any number. */
final class Intake {
  // The upsert that changes nothing makes a second publisher of the same id wait for the first and
  // then read its event's id: whoever gets back his own id made the event. Keys are written in
  // sorted order, so that batches that overlap wait for each other and never deadlock. An event
  // whose type is not the one that was asked keeps all of them out: the versions are of the
  // statement's own snapshot, so whoever begins after a change is judged by it. Index:
  // event_type_pkey.
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
        where f.quarantined is null%s
        order by p.place
      )%s
      select key, event_id, null as tenant, null as type, null as rules, cast(null as boolean) as pending from ledger
      union all
      select null, null, tenant, type, null, null from stale%s
      """;

  private static final String BUT_FREE = " and (f.partition_key is not null or not f.judged)";

  private static final String SET_ASIDE =
      """
      , aside as (
        insert into quarantine (event_id, tenant, reason)
        select f.id, f.tenant, f.quarantined from stored s join first f on f.id = s.id where f.quarantined is not null
      )\
      """;

  // Of the snapshot that has seen the events come, and so is whether they can be believed.
  private static final String RULES =
      """

      union all
      select null, null, t.tenant, null, %s, %s from (select distinct tenant from new) t\
      """
          .formatted(RuleReader.VERSION, InvalidationStore.PENDING);

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
      )%s
      """;

  private static final String QUEUE_ONE =
      """
      , queued as (
        insert into outbox (event_id, tenant, partition, checked)
        select id, :tenant, partition_of(:tenant, :source, :partitionKey), :judged from stored
      )
      select :key as key, event_id, null as tenant, null as type, null as rules, null as pending from ledger\
      """;

  private static final String SET_ONE_ASIDE =
      """
      , aside as (
        insert into quarantine (event_id, tenant, reason) select id, :tenant, :quarantined from stored
      )
      select :key as key, event_id, null as tenant, null as type, null as rules, null as pending from ledger\
      """;

  private static final String RULES_OF_ONE =
      """

      select :key as key, event_id, t.tenant, null as type, %s as rules, %s as pending
      from ledger cross join (select :tenant as tenant) t\
      """
          .formatted(RuleReader.VERSION, InvalidationStore.PENDING);

  private static final String STORE = ALL.formatted("", "", "");
  private static final String STORE_ASIDE = ALL.formatted("", SET_ASIDE, "");
  private static final String TAKE = ALL.formatted(BUT_FREE, "", RULES);
  private static final String TAKE_ASIDE = ALL.formatted(BUT_FREE, SET_ASIDE, RULES);
  private static final String STORE_ONE = ONE.formatted(QUEUE_ONE);
  private static final String STORE_ONE_ASIDE = ONE.formatted(SET_ONE_ASIDE);
  private static final String TAKE_ONE = ONE.formatted(RULES_OF_ONE);

  private Intake() {}

  /**
   * Stores events; those that are to be routed stand in the outbox then.
   *
   * @param patience how long to wait for an open transaction that holds one of the ids: a {@code
   *     lock_timeout} of PostgreSQL, for the rest of this transaction, too
   */
  static Appended store(Handle handle, List<JudgedEvent> events, String patience) {
    return events.size() == 1
        ? one(handle, events.getFirst(), patience, false).appended
        : all(handle, events, patience, false).appended;
  }

  /**
   * The same, but those that {@link JudgedEvent#isFree free} are the caller's to route, in this
   * transaction.
   */
  static Taken take(Handle handle, List<JudgedEvent> events, String patience) {
    return events.size() == 1
        ? one(handle, events.getFirst(), patience, true)
        : all(handle, events, patience, true);
  }

  /** The key under which an event is taken in once. */
  static UUID key(NewEvent event) {
    return Digest128.of(event.tenant(), event.source(), event.ceId());
  }

  /**
   * What was stored.
   *
   * @param left what of it is to be routed and is not in the outbox
   */
  record Taken(Appended appended, Unrouted left) {}

  private static Judgement judgement(JudgedEvent judged) {
    return judged.judgement() == null ? Judgement.FREE : judged.judgement();
  }

  private static Taken one(Handle handle, JudgedEvent judged, String patience, boolean taking) {
    NewEvent event = judged.event();
    Judgement judgement = judgement(judged);
    boolean take = taking && judged.isFree();
    String reason = judgement.quarantined();
    Query query =
        handle
            .createQuery(take ? TAKE_ONE : reason == null ? STORE_ONE : STORE_ONE_ASIDE)
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
    Answers answers = Answers.of(query);
    if (answers.stored.isEmpty()) {
      answers.stale.add(new TypeName(event.tenant(), event.type()));
    }
    return answers.to(List.of(judged), take);
  }

  private static Taken all(
      Handle handle, List<JudgedEvent> events, String patience, boolean taking) {
    Map<UUID, Row> firsts = new LinkedHashMap<>();
    for (JudgedEvent event : events) {
      UUID key = key(event.event());
      firsts.putIfAbsent(key, Row.of(key, event));
    }
    record Place(UUID id, int place) {}
    int[] place = {0};
    List<Place> places =
        firsts.values().stream().map(row -> new Place(row.id, place[0]++)).toList();
    boolean anyAside = firsts.values().stream().anyMatch(row -> row.quarantined != null);
    String taken = anyAside ? TAKE_ASIDE : TAKE;
    String stored = anyAside ? STORE_ASIDE : STORE;
    return Answers.of(
            handle
                .createQuery(taking ? taken : stored)
                .bind("patience", patience)
                .bind("rows", Sql.rows(firsts.values()))
                .bind("places", Sql.rows(places)))
        .to(events, taking);
  }

  /** What the statement said. */
  private static final class Answers {
    private final Map<UUID, UUID> stored = new HashMap<>();
    private final List<TypeName> stale = new ArrayList<>();
    private final Map<String, String> rules = new HashMap<>();
    private boolean pending;

    static Answers of(Query query) {
      Answers answers = new Answers();
      var unused = query.map((rs, ctx) -> answers.add(rs)).list();
      return answers;
    }

    private Answers add(ResultSet rs) throws SQLException {
      UUID id = rs.getObject("event_id", UUID.class);
      String tenant = rs.getString("tenant");
      String type = rs.getString("type");
      String version = rs.getString("rules");
      if (id != null) {
        stored.put(uuid(rs, "key"), id);
      }
      if (type != null) {
        stale.add(new TypeName(tenant, type));
      }
      if (version != null) {
        rules.put(tenant, version);
        pending = rs.getBoolean("pending");
      }
      return this;
    }

    Taken to(List<JudgedEvent> events, boolean taking) {
      if (!stale.isEmpty()) {
        return new Taken(new Appended.Stale(stale), Unrouted.NOTHING);
      }
      List<Accepted> accepted = new ArrayList<>();
      List<PendingEvent> left = new ArrayList<>();
      for (JudgedEvent judged : events) {
        NewEvent event = judged.event();
        UUID id =
            Objects.requireNonNull(stored.get(key(event)), "the ledger answers for every key");
        // The second of two in one batch is a duplicate of the first, though both came at once.
        boolean duplicate = !id.equals(event.id());
        accepted.add(new Accepted(id, duplicate));
        if (taking && !duplicate && judged.isFree()) {
          left.add(PendingEvent.of(event));
        }
      }
      return new Taken(new Appended.Stored(accepted), new Unrouted(left, rules, pending));
    }
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
    static Row of(UUID key, JudgedEvent judged) {
      NewEvent event = judged.event();
      Judgement judgement = judgement(judged);
      return new Row(
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
          judged.judgement() != null,
          judgement.typeVersion(),
          judgement.quarantined(),
          judgement.warning());
    }
  }
}
