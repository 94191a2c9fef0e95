package io.sequitur.db.event;

import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import io.sequitur.db.event.Observation.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Applies what a group's events are to conditions, inside the routing transaction: an event is
 * counted exactly once because it is routed exactly once. Two statements, only for groups that have
 * observations: the first locks the windows, the second writes what {@link Window} makes of them.
 */
final class Observations {
  // A row that is not there yet is made, so that a router who meets the same key waits, whether the
  // window is new or not. Ascending, so routers never deadlock; windows before the counters of
  // keys,
  // here as when firing. The clock is read when the lock is held, so a window's time never goes
  // back.
  // Index: condition_window_pkey.
  private static final String LOCK =
      """
      insert into condition_window as w (condition_id, key_hash, tenant, trigger, key, opened_at, due_at)
      select condition_id, key_hash, tenant, trigger, key, now(), now()
      from json_to_recordset(cast(:windows as json))
        as r(condition_id bigint, key_hash uuid, tenant text, trigger text, key text)
      order by condition_id, key_hash
      on conflict (condition_id, key_hash) do update set condition_id = w.condition_id
      returning condition_id, key_hash, count, event_id, event_seq, absent_seq, opened_at, due_at, clock_timestamp() as at
      """;

  // A window that was due before anybody fired it makes room, and goes on under its event's id.
  private static final String WRITE =
      """
      with r as (
        select * from json_to_recordset(cast(:windows as json)) as r(
          condition_id bigint, key_hash uuid, count bigint, event_id uuid, event_seq bigint, absent_seq bigint,
          opened_at timestamptz, due_at timestamptz)
        where condition_id %s
      ), ripe as (
        insert into condition_window (condition_id, key_hash, tenant, trigger, key, event_id, event_seq, opened_at, due_at)
        select condition_id, event_id, tenant, trigger, key, event_id, event_seq, opened_at, due_at
        from json_to_recordset(cast(:ripe as json)) as i(
          condition_id bigint, tenant text, trigger text, key text, event_id uuid, event_seq bigint,
          opened_at timestamptz, due_at timestamptz)
      )
      update condition_window w
      set count = r.count, event_id = r.event_id, event_seq = r.event_seq, absent_seq = r.absent_seq,
          opened_at = r.opened_at, due_at = r.due_at
      from r where w.condition_id = r.condition_id and w.key_hash = r.key_hash
      """
          .formatted(Sql.FEW);

  private static final int KEY_SHOWN = 200;

  /** The replacement character. */
  private static final int UNSTORABLE = 0xFFFD;

  private final Map<Place, Window> windows = new HashMap<>();
  private final Map<Place, Observation> touched = new LinkedHashMap<>();
  private final List<Row> ripe = new ArrayList<>();
  private final Map<UUID, List<Observed>> observed = new HashMap<>();
  private final Map<Opener, Instant> opened = new HashMap<>();
  private Instant now = Instant.EPOCH;

  private Observations() {}

  /**
   * What came of it.
   *
   * @param plans the group's, with what follows from thresholds that were reached
   */
  record Outcome(List<RoutePlan> plans, Map<UUID, List<Observed>> observed, List<Opened> opened) {}

  static Outcome apply(Handle handle, List<PendingEvent> events, List<RoutePlan> plans) {
    if (plans.stream().allMatch(plan -> plan.observations().isEmpty())) {
      return new Outcome(plans, Map.of(), List.of());
    }
    Observations all = new Observations();
    all.lock(handle, plans);
    Map<UUID, Long> numbers =
        events.stream().collect(Collectors.toMap(PendingEvent::id, PendingEvent::seq));
    List<RoutePlan> after = new ArrayList<>();
    for (RoutePlan plan : plans) {
      after.add(all.observe(plan, Objects.requireNonNull(numbers.get(plan.eventId()))));
    }
    all.write(handle);
    return new Outcome(after, all.observed, all.opened());
  }

  private void lock(Handle handle, List<RoutePlan> plans) {
    for (RoutePlan plan : plans) {
      for (Observation observation : plan.observations()) {
        touched.putIfAbsent(Place.of(observation), observation);
      }
    }
    List<Row> rows =
        touched.values().stream().map(first -> Row.of(first, Window.none(now))).toList();
    handle
        .createQuery(LOCK)
        .bind("windows", Sql.rows(rows))
        .map((rs, ctx) -> {
          Instant at = time(rs, "at");
          now = at.isAfter(now) ? at : now;
          return windows.put(
              new Place(rs.getLong("condition_id"), uuid(rs, "key_hash")), window(rs));
        })
        .list();
  }

  private RoutePlan observe(RoutePlan plan, long seq) {
    RoutePlan after = plan;
    for (Observation observation : plan.observations()) {
      Place place = Place.of(observation);
      Window before = Objects.requireNonNull(windows.get(place), "every window was locked");
      Window.Step step = before.observe(plan.eventId(), seq, observation.role(), now);
      windows.put(place, step.after());
      note(plan.eventId(), observation, step);
      if (step.ripe() != null) {
        ripe.add(Row.of(observation, step.ripe()));
      }
      if (step.did() == Window.Did.FIRED) {
        after = after.and(observation.consequence());
      }
    }
    return after;
  }

  private void note(UUID event, Observation observation, Window.Step step) {
    Window window = step.after();
    if (step.did() == Window.Did.WAITING || step.ripe() != null) {
      Instant due = step.ripe() == null ? window.dueAt() : step.ripe().dueAt();
      opened.merge(
          new Opener(observation.tenant(), observation.trigger()),
          due,
          (one, other) -> one.isBefore(other) ? one : other);
    }
    boolean ends = step.did() == Window.Did.ARRIVED || step.did() == Window.Did.CALLED_OFF;
    Integer threshold = observation.role() instanceof Role.Counts role ? role.threshold() : null;
    observed
        .computeIfAbsent(event, first -> new ArrayList<>())
        .add(
            new Observed(
                observation.trigger(),
                observation.conditionId(),
                step.did().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                threshold == null ? null : window.count(),
                threshold,
                ends ? null : window.dueAt()));
  }

  private void write(Handle handle) {
    List<Row> rows =
        touched.entrySet().stream()
            .map(e -> Row.of(e.getValue(), Objects.requireNonNull(windows.get(e.getKey()))))
            .toList();
    handle
        .createUpdate(WRITE)
        .bind("windows", Sql.rows(rows))
        .bind("ripe", Sql.rows(ripe))
        .execute();
  }

  private List<Opened> opened() {
    return opened.entrySet().stream()
        .map(e -> new Opened(e.getKey().tenant, e.getKey().trigger, e.getValue()))
        .sorted(Comparator.comparing(Opened::tenant).thenComparing(Opened::trigger))
        .toList();
  }

  private static Window window(ResultSet rs) throws SQLException {
    return new Window(
        rs.getLong("count"),
        uuid(rs, "event_id"),
        rs.getLong("event_seq"),
        rs.getLong("absent_seq"),
        time(rs, "opened_at"),
        time(rs, "due_at"));
  }

  private record Opener(String tenant, String trigger) {}

  private record Place(long conditionId, UUID keyHash) {
    static Place of(Observation observation) {
      return new Place(observation.conditionId(), observation.keyHash());
    }
  }

  private static @Nullable String shown(@Nullable String key) {
    return key == null
        ? null
        : key.codePoints()
            .limit(KEY_SHOWN)
            .map(point -> storable(point) ? point : UNSTORABLE)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  // Data may hold what PostgreSQL's text cannot: NUL, and half of a surrogate pair.
  private static boolean storable(int point) {
    return point != 0 && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
  }

  /** A window of some condition, as each of the statements takes what it needs of it. */
  private record Row(
      long conditionId,
      UUID keyHash,
      String tenant,
      String trigger,
      @Nullable String key,
      long count,
      @Nullable UUID eventId,
      long eventSeq,
      long absentSeq,
      Instant openedAt,
      Instant dueAt) {
    static Row of(Observation observation, Window window) {
      return new Row(
          observation.conditionId(),
          observation.keyHash(),
          observation.tenant(),
          observation.trigger(),
          shown(observation.key()),
          window.count(),
          window.eventId(),
          window.eventSeq(),
          window.absentSeq(),
          window.openedAt(),
          window.dueAt());
    }
  }
}
