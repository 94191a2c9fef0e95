package io.sequitur.db.delivery;

import io.sequitur.db.Ids;
import io.sequitur.db.Sql;
import io.sequitur.db.delivery.OperatorStore.Actor;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Starts replays, and does to them what operators ask for; each change is audited with it. */
@Singleton
public final class ReplayStore {
  /** Whether an event {@code e} is of the types meant. */
  static final String OF_TYPES =
      "(cast(:types as text[]) is null or e.type like any(cast(:types as text[])))";

  // Index: delivery_done_pkey of the days of the window.
  private static final String COUNT =
      """
      select d.state, count(*) as deliveries from delivery_done d %s
      where d.webhook_uid = :webhook and d.event_id >= first_id_at(:since) and d.event_id < first_id_at(:until)
        and d.state = any(:states) and %s
      group by d.state
      """;

  // Events are looked at only where their types matter.
  private static final String COUNT_ALL = COUNT.formatted("", "cast(:types as text[]) is null");

  private static final String COUNT_OF_TYPES =
      COUNT.formatted(Sql.joinEvent("d.event_id"), OF_TYPES);

  private static final String INSERT =
      """
      insert into replay (id, tenant, webhook_uid, webhook, since, until, types, states, rate, cursor_event, total, next_look, created_by)
      values (:id, :tenant, :webhook, :name, :since, :until, cast(:types as text[]), :states, cast(:rate as double precision),
              first_id_at(:since), :total, now(), :actor)
      """;

  private static final String AUDIT =
      """
      insert into audit_log (tenant, actor, action, webhook_uid, detail)
      select tenant, :actor, :action, webhook_uid, jsonb_build_object('replay', public_id('rpl', id), 'from', cast(:from as text), 'to', state)
      from replay where id = :replay
      """;

  private static final String SET_STATE =
      """
      update replay set state = :state, reason = cast(:reason as text), next_look = case when :state = 'running' then now() end,
        hold_until = null, finished_at = case when :state = 'cancelled' then clock_timestamp() end
      where id = :replay
      """;

  // Before it everything in the window is sent or given up. Index: replay_item_pkey.
  private static final String FIRST_LEFT =
      """
      select least(
        (select i.event_id from replay_item i where i.replay_id = p.id and not i.failed order by i.event_id limit 1),
        case when not p.scanned then p.cursor_event end) as event
      from replay p where p.id = :replay and p.delivered + p.failed > 0
      """;

  // What is on the wire is closed by its result.
  private static final String DROP =
      """
      delete from replay_item where replay_id = any(:replays) and not failed and coalesce(claim_until, '-infinity') < now()
      """;

  // Whoever resumes does not want to wait for what was planned before.
  private static final String RETRY_NOW =
      """
      update replay_item set next_attempt_at = greatest(not_before, now())
      where replay_id = :replay and attempts > 0 and not failed and next_attempt_at > now() and coalesce(claim_until, '-infinity') < now()
      """;

  private static final String COMPLETE =
      """
      update replay set state = 'completed', next_look = null, hold_until = null, finished_at = clock_timestamp()
      where id = :replay and not exists (select from replay_item i where i.replay_id = :replay and not i.failed)
      """;

  private static final String CANCEL_DELETED =
      """
      update replay p set state = 'cancelled', reason = 'Its webhook was deleted.', next_look = null, hold_until = null,
        finished_at = clock_timestamp()
      where p.id in (
        select q.id from replay q where q.state in ('running', 'paused')
          and not exists (select from webhook w where w.uid = q.webhook_uid) order by q.id for update)
      returning p.id
      """;

  // What was on the wire when its replay was cancelled, and whose process died.
  private static final String CLOSE_LEFT =
      """
      delete from replay_item i using replay p
      where p.id = i.replay_id and p.state = 'cancelled' and not i.failed and i.claim_until < now()
      """;

  /** An id may have been made on another machine, in this millisecond or the next. */
  private static final Duration JUST_NOW = Duration.ofMillis(2);

  private final Jdbi jdbi;
  private final Clock clock;

  ReplayStore(Jdbi jdbi, Clock clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /** What an operator can do to a replay, and the state that follows. */
  public enum Action {
    PAUSE("paused"),
    RESUME("running"),
    CANCEL("cancelled");

    private final String state;

    Action(String state) {
      this.state = state;
    }

    /** The state that follows. */
    public String state() {
      return state;
    }
  }

  /**
   * What came of an action.
   *
   * @param refusal why nothing was done; null when it was done, or had been before
   * @param changed whether this call did it
   */
  public record Result(@Nullable String refusal, boolean changed) {}

  /** How many deliveries of each state a replay would send; empty when there is no such webhook. */
  public Optional<Map<String, Long>> count(String tenant, ReplayWindow window) {
    return jdbi.withHandle(handle ->
        webhook(handle, tenant, window).map(uid -> count(handle, uid, window, clock.instant())));
  }

  /**
   * Makes a replay, which has to be rung after it; empty when there is no such webhook.
   *
   * @param rate attempts a second at most; null for as many as the webhook allows
   */
  public Optional<UUID> start(Actor actor, ReplayWindow window, @Nullable Double rate) {
    return jdbi.inTransaction(handle -> {
      Instant now = clock.instant();
      return webhook(handle, actor.tenant(), window)
          .map(uid -> insert(handle, actor, uid, window, rate, now));
    });
  }

  private UUID insert(
      Handle handle,
      Actor actor,
      long webhook,
      ReplayWindow window,
      @Nullable Double rate,
      Instant now) {
    UUID id = Ids.next(clock);
    long total =
        count(handle, webhook, window, now).values().stream().mapToLong(Long::longValue).sum();
    bind(handle.createUpdate(INSERT), window, now)
        .bind("id", id)
        .bind("tenant", actor.tenant())
        .bind("webhook", webhook)
        .bind("name", window.webhook())
        .bind("rate", rate)
        .bind("total", total)
        .bind("actor", actor.name())
        .execute();
    audit(handle, actor, "replay.start", id, null);
    return id;
  }

  private static Optional<Long> webhook(Handle handle, String tenant, ReplayWindow window) {
    return handle
        .createQuery("select uid from webhook where tenant = :tenant and name = :name")
        .bind("tenant", tenant)
        .bind("name", window.webhook())
        .mapTo(Long.class)
        .findOne();
  }

  private static Map<String, Long> count(
      Handle handle, long webhook, ReplayWindow window, Instant now) {
    Map<String, Long> counts = new TreeMap<>();
    bind(handle.createQuery(window.types() == null ? COUNT_ALL : COUNT_OF_TYPES), window, now)
        .bind("webhook", webhook)
        .map((rs, ctx) -> counts.put(rs.getString("state"), rs.getLong("deliveries")))
        .list();
    return counts;
  }

  private static <S extends SqlStatement<S>> S bind(S sql, ReplayWindow window, Instant now) {
    Instant latest = now.plus(JUST_NOW);
    Instant until =
        window.until() == null || window.until().isAfter(latest) ? latest : window.until();
    return sql.bind("since", window.since() == null ? Instant.EPOCH : window.since())
        .bind("until", until)
        .bind("states", window.states().toArray(String[]::new))
        .bind("types", window.likes());
  }

  /**
   * Does it, unless it has been done or cannot be; empty when the tenant has no such replay. One
   * that was resumed has to be rung after it.
   *
   * @param refusal of a state, why it cannot be done, or null; asked under the replay's lock
   */
  public Optional<Result> act(
      Actor actor, Action action, UUID replay, Function<String, @Nullable String> refusal) {
    return jdbi.inTransaction(handle -> {
      cancelDeleted(handle);
      return handle
          .createQuery(
              "select state from replay where id = :replay and tenant = :tenant for update")
          .bind("replay", replay)
          .bind("tenant", actor.tenant())
          .mapTo(String.class)
          .findOne()
          .map(state -> act(handle, actor, action, replay, state, refusal.apply(state)));
    });
  }

  private static Result act(
      Handle handle,
      Actor actor,
      Action action,
      UUID replay,
      String state,
      @Nullable String refusal) {
    if (state.equals(action.state)) {
      return new Result(null, false);
    }
    if (refusal != null) {
      return new Result(refusal, false);
    }
    handle
        .createUpdate(SET_STATE)
        .bind("replay", replay)
        .bind("state", action.state)
        .bind("reason", action == Action.CANCEL ? cancelled(handle, actor, replay) : null)
        .execute();
    switch (action) {
      case PAUSE -> {}
      case RESUME -> handle.createUpdate(RETRY_NOW).bind("replay", replay).execute();
      case CANCEL -> handle.createUpdate(DROP).bind("replays", new UUID[] {replay}).execute();
    }
    audit(handle, actor, "replay." + action.name().toLowerCase(Locale.ROOT), replay, state);
    return new Result(null, true);
  }

  // Another one over the whole window would send again what this one has sent.
  private static String cancelled(Handle handle, Actor actor, UUID replay) {
    Instant left =
        handle
            .createQuery(FIRST_LEFT)
            .bind("replay", replay)
            .map((rs, ctx) -> rs.getObject("event", UUID.class))
            .findOne()
            .map(Ids::time)
            .orElse(null);
    String by = "Cancelled by " + actor.name() + ".";
    return left == null
        ? by
        : "%s What was received before %s has been sent or given up: begin another one there for the rest."
            .formatted(by, left);
  }

  private static void audit(
      Handle handle, Actor actor, String action, UUID replay, @Nullable String from) {
    handle
        .createUpdate(AUDIT)
        .bind("actor", actor.name())
        .bind("action", action)
        .bind("replay", replay)
        .bind("from", from)
        .execute();
  }

  /** Cancels the replays of deleted webhooks, and closes what cancelled ones have left. */
  public void cancelDeleted() {
    jdbi.useTransaction(handle -> {
      cancelDeleted(handle);
      handle.execute(CLOSE_LEFT);
    });
  }

  static void cancelDeleted(Handle handle) {
    UUID[] gone = handle.createQuery(CANCEL_DELETED).mapTo(UUID.class).list().toArray(UUID[]::new);
    if (gone.length > 0) {
      handle.createUpdate(DROP).bind("replays", gone).execute();
    }
  }

  /** Closes a replay, whose window has been looked through, if nothing is left; whether it was. */
  static boolean complete(Handle handle, UUID replay) {
    return handle.createUpdate(COMPLETE).bind("replay", replay).execute() > 0;
  }
}
