package io.sequitur.db.delivery;

import static java.util.stream.Collectors.partitioningBy;

import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * What operators do to deliveries: by rows, under the locks of their lanes, so that an attempt that
 * happens at the same time is either over before or meets what was decided. Each change is audited
 * in its transaction.
 */
@Singleton
public final class OperatorStore {
  /** A recorder of results may have locked two rows in the other order; he or we try again. */
  private static final int TRIES = 5;

  private static final String DEADLOCK = "40P01";

  private static final String GIVEN =
      "a as (select * from json_to_recordset(cast(:ids as json)) as a(event_id uuid, webhook_uid bigint) where webhook_uid "
          + Sql.FEW
          + ")";

  private static final String KEYS =
      """
      with %s
      select d.key_id from a join delivery_open d using (event_id, webhook_uid) where d.key_id is not null
      union
      select d.key_id from a join delivery_done d using (event_id, webhook_uid) where d.key_id is not null
      """
          .formatted(GIVEN);

  private static final String LOCK_ROWS =
      """
      with %s
      select 1 from a join delivery_open d using (event_id, webhook_uid) order by d.event_id, d.webhook_uid for update of d
      """
          .formatted(GIVEN);

  // What had used up its schedule begins it again.
  private static final String DUE_NOW =
      """
      with %s
      update delivery_open d
      set state = case when d.attempts = 0 and d.class is null then 'pending' else 'retrying' end, next_attempt_at = now(),
          schedule_offset = case when d.state = 'blocked' then -d.attempts else d.schedule_offset end,
          waits_for = null, not_before = null, claim_owner = null, claim_until = null, updated_at = clock_timestamp()
      from a where d.event_id = a.event_id and d.webhook_uid = a.webhook_uid
      """
          .formatted(GIVEN);

  private static final String REOPEN =
      """
      with %s, back as (
        delete from delivery_done d using a where d.event_id = a.event_id and d.webhook_uid = a.webhook_uid returning d.*
      )
      insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, schedule_offset,
                                 next_attempt_at, claim_number, class, created_at)
      select event_id, webhook_uid, webhook, tenant, 'retrying', key_id, position, attempts, -attempts, now(), claim_number, class,
             created_at
      from back
      """
          .formatted(GIVEN);

  private static final String END_LATER =
      """
      with %s
      update delivery_open d set ending = :ending, next_attempt_at = null, waits_for = null, updated_at = clock_timestamp()
      from a where d.event_id = a.event_id and d.webhook_uid = a.webhook_uid
      """
          .formatted(GIVEN);

  private static final String END =
      """
      with %s, ended as (
        delete from delivery_open d using a where d.event_id = a.event_id and d.webhook_uid = a.webhook_uid returning d.*
      )
      insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, claim_number, class,
                                 created_at)
      select event_id, webhook_uid, webhook, tenant, :ending, key_id, position, attempts, claim_number, class, created_at from ended
      """
          .formatted(GIVEN);

  // The next head of each lane whose head is gone; who is rung claims it by the rule of lanes. Its
  // state is not written as a constant, which would lead the planner to the index of all that wait.
  private static final String LANES_GO_ON =
      """
      with lane as (
        select distinct w.uid as webhook_uid, k.key_id from unnest(:webhooks) as w(uid) cross join unnest(:keys) as k(key_id)
      ), head as materialized (
        select h.* from lane cross join lateral (
          select o.event_id, o.webhook_uid, o.state from delivery_open o
          where o.webhook_uid = lane.webhook_uid and o.key_id = lane.key_id order by o.position limit 1) h
        where h.state = 'waiting'
      )
      update delivery_open d
      set state = case when d.attempts > 0 then 'retrying' else 'pending' end, next_attempt_at = now()
      from head
      where d.event_id = head.event_id and d.webhook_uid = head.webhook_uid and d.state = head.state
      """;

  private static final String AUDIT =
      """
      insert into audit_log (tenant, actor, action, webhook_uid, event_id, detail)
      select :tenant, :actor, :action, webhook_uid, event_id, jsonb_build_object('from', "from", 'to', "to")
      from json_to_recordset(cast(:rows as json)) as r(event_id uuid, webhook_uid bigint, "from" text, "to" text)
      """;

  private final Jdbi jdbi;

  OperatorStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What is to be done. */
  public enum Action {
    RETRY("retry", "retrying"),
    CANCEL("cancel", "cancelled"),
    SKIP("skip", "skipped");

    private final String word;
    private final String state;

    Action(String word, String state) {
      this.word = word;
      this.state = state;
    }

    /** The state that follows. */
    public String state() {
      return state;
    }
  }

  /** Who does it, in which tenant. */
  public record Actor(String tenant, String name) {}

  /**
   * What became of one delivery.
   *
   * @param facts as it was before
   * @param refusal why nothing was done; null when it was done, or had been before
   * @param changed whether this call did it
   */
  public record Result(DeliveryFactsRow facts, @Nullable String refusal, boolean changed) {}

  /** What decides about the actions on one delivery now; empty when the tenant has none such. */
  public Optional<DeliveryFactsRow> facts(String tenant, DeliveryId id) {
    return jdbi.withHandle(
        handle -> FactsReader.facts(handle, tenant, List.of(id)).stream().findFirst());
  }

  /** The same of several. */
  public List<DeliveryFactsRow> facts(String tenant, Collection<DeliveryId> ids) {
    return jdbi.withHandle(handle -> FactsReader.facts(handle, tenant, ids));
  }

  /**
   * Does it to those of these deliveries that there are, in one transaction. Whose webhook may have
   * something due now must be rung after it.
   *
   * @param refusal why it cannot be done, or null; asked under all locks
   */
  public List<Result> act(
      Actor actor,
      Action action,
      Collection<DeliveryId> ids,
      Function<DeliveryFactsRow, @Nullable String> refusal) {
    for (int left = TRIES; ; left--) {
      try {
        return jdbi.inTransaction(handle -> act(handle, actor, action, ids, refusal));
      } catch (JdbiException e) {
        if (left == 1 || !deadlock(e)) {
          throw e;
        }
      }
    }
  }

  private static List<Result> act(
      Handle handle,
      Actor actor,
      Action action,
      Collection<DeliveryId> ids,
      Function<DeliveryFactsRow, @Nullable String> refusal) {
    List<Row> rows = ids.stream().map(id -> new Row(id.event(), id.webhook())).toList();
    Long[] keys = keys(handle, rows);
    // Each lock is a statement of its own: the next one sees what the holders before left.
    handle.createQuery(Lane.LOCK).bind("keys", keys).mapTo(Long.class).list();
    handle.createQuery(LOCK_ROWS).bind("ids", Sql.rows(rows)).mapTo(Integer.class).list();
    List<Result> results = new ArrayList<>();
    for (DeliveryFactsRow facts : FactsReader.facts(handle, actor.tenant(), ids)) {
      boolean before =
          (action.state.equals(facts.state()) && action != Action.RETRY)
              || action.state.equals(facts.ending());
      String reason = before ? null : refusal.apply(facts);
      results.add(new Result(facts, reason, !before && reason == null));
    }
    List<DeliveryFactsRow> todo =
        results.stream().filter(Result::changed).map(Result::facts).toList();
    if (!todo.isEmpty()) {
      change(handle, action, todo, keys);
      audit(handle, actor, action, todo);
    }
    return results;
  }

  private static Long[] keys(Handle handle, List<Row> rows) {
    return handle
        .createQuery(KEYS)
        .bind("ids", Sql.rows(rows))
        .mapTo(Long.class)
        .list()
        .toArray(Long[]::new);
  }

  private static void change(
      Handle handle, Action action, List<DeliveryFactsRow> todo, Long[] keys) {
    switch (action) {
      case RETRY -> {
        Map<Boolean, List<Row>> finished = split(todo, facts -> facts.state().equals("exhausted"));
        execute(handle, REOPEN, finished.getOrDefault(true, List.of()), null);
        execute(handle, DUE_NOW, finished.getOrDefault(false, List.of()), null);
      }
      case CANCEL, SKIP -> {
        Map<Boolean, List<Row>> underWay = split(todo, DeliveryFactsRow::underWay);
        execute(handle, END_LATER, underWay.getOrDefault(true, List.of()), action.state);
        execute(handle, END, underWay.getOrDefault(false, List.of()), action.state);
        Set<Long> webhooks =
            todo.stream().map(DeliveryFactsRow::webhookUid).collect(Collectors.toSet());
        handle
            .createUpdate(LANES_GO_ON)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .bind("keys", keys)
            .execute();
      }
    }
  }

  private static Map<Boolean, List<Row>> split(
      List<DeliveryFactsRow> facts, java.util.function.Predicate<DeliveryFactsRow> by) {
    return facts.stream()
        .collect(
            partitioningBy(
                by,
                Collectors.mapping(
                    one -> new Row(one.eventId(), one.webhookUid()), Collectors.toList())));
  }

  private static void execute(Handle handle, String sql, List<Row> rows, @Nullable String ending) {
    if (!rows.isEmpty()) {
      var update = handle.createUpdate(sql).bind("ids", Sql.rows(rows));
      if (ending != null) {
        update.bind("ending", ending);
      }
      update.execute();
    }
  }

  private static void audit(
      Handle handle, Actor actor, Action action, List<DeliveryFactsRow> done) {
    record Done(UUID eventId, long webhookUid, String from, String to) {}
    handle
        .createUpdate(AUDIT)
        .bind("tenant", actor.tenant)
        .bind("actor", actor.name)
        .bind("action", "delivery." + action.word)
        .bind(
            "rows",
            Sql.rows(
                done.stream()
                    .map(f ->
                        new Done(
                            f.eventId(),
                            f.webhookUid(),
                            f.state(),
                            f.underWay() && action != Action.RETRY
                                ? action.state + " when its attempt is over"
                                : action.state))
                    .toList()))
        .execute();
  }

  private static boolean deadlock(JdbiException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.sql.SQLException sql && DEADLOCK.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private record Row(UUID eventId, long webhookUid) {}
}
