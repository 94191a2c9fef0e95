package io.sequitur.db.sync;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import io.sequitur.db.sync.ActionResult.Done;
import io.sequitur.db.sync.ActionResult.Failed;
import io.sequitur.db.sync.ActionResult.Later;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * Actions besides delivering: a row for each, taken by whoever carries it out, and due again if
 * that one dies.
 */
@Singleton
public final class ActionStore {
  // Index: action_pkey, run_pkey.
  private static final String TAKE =
      """
      with due as (
        select ctid from action
        where event_id = any(array(select unnest(event_ids) from run where id = any(:runs)))
          and done_at is null and next_attempt_at <= now()
        order by event_id, trigger, ordinal limit :limit for update skip locked
      ), taken as (
        update action set next_attempt_at = now() + :lease * interval '1 ms'
        where ctid = any(array(select ctid from due))
        returning event_id, trigger, ordinal, tenant, kind, parameters, attempts
      )
      select t.*, e.ce_id, e.source, e.type, e.subject, e.time, e.partition_key, e.body
      from taken t %s
      """
          .formatted(Sql.joinEvent("t.event_id"));

  private static final String RECORD =
      """
      update action set attempts = attempts + 1, last_error = :error,
                        workflow_id = :workflowId, workflow_run_id = :workflowRunId,
                        done_at = case when :done then clock_timestamp() end,
                        next_attempt_at = clock_timestamp() + :pause * interval '1 ms'
      where event_id = :eventId and trigger = :trigger and ordinal = :ordinal and done_at is null
      """;

  // Index: action_open.
  private static final String OVERDUE =
      """
      select event_id from action where done_at is null and next_attempt_at < now() - :age * interval '1 ms'
      order by next_attempt_at limit :limit
      """;

  private static final String OF_EVENT =
      """
      select trigger, kind, workflow_id, workflow_run_id, attempts, last_error,
             case when done_at is null then next_attempt_at end as next_attempt_at,
             case when done_at is null then case when attempts = 0 then 'pending' else 'retrying' end
                  when last_error is null then 'done' else 'failed' end as state
      from action where event_id = :event and tenant = :tenant order by trigger, ordinal
      """;

  private final Jdbi jdbi;

  ActionStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Takes due actions of these runs. Nobody else gets them for {@code lease}.
   *
   * @param limit the most at once: each comes with its event's body
   */
  public List<DueAction> take(Collection<UUID> runs, Duration lease, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(TAKE)
            .bind("runs", runs.toArray(UUID[]::new))
            .bind("lease", lease.toMillis())
            .bind("limit", limit)
            .map((rs, ctx) -> due(rs))
            .list());
  }

  /** Records what came of an attempt; one that is done already stays as it is. */
  public void record(DueAction.Key key, ActionResult result) {
    jdbi.useHandle(handle -> {
      Update update =
          handle
              .createUpdate(RECORD)
              .bind("eventId", key.eventId())
              .bind("trigger", key.trigger())
              .bind("ordinal", key.ordinal());
      int unused = bind(update, result).execute();
    });
  }

  private static Update bind(Update update, ActionResult result) {
    return switch (result) {
      case Done done -> bind(update, true, null, Duration.ZERO, done);
      case Failed failed -> bind(update, true, failed.reason(), Duration.ZERO, null);
      case Later later -> bind(update, false, later.reason(), later.pause(), null);
    };
  }

  private static Update bind(
      Update update,
      boolean ended,
      @Nullable String error,
      Duration pause,
      @Nullable Done workflow) {
    return update
        .bind("done", ended)
        .bind("error", error)
        .bind("pause", pause.toMillis())
        .bind("workflowId", workflow == null ? null : workflow.workflowId())
        .bind("workflowRunId", workflow == null ? null : workflow.workflowRunId());
  }

  /** Events with actions that are due for this long, the longest first, each once. */
  public List<UUID> overdue(Duration age, int limit) {
    return jdbi
        .withHandle(handle ->
            handle
                .createQuery(OVERDUE)
                .bind("age", age.toMillis())
                .bind("limit", limit)
                .mapTo(UUID.class)
                .list())
        .stream()
        .distinct()
        .toList();
  }

  /** All actions of an event, by trigger and in the trigger's order. */
  public List<ActionView> of(String tenant, UUID event) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(OF_EVENT)
            .bind("event", event)
            .bind("tenant", tenant)
            .map((rs, ctx) -> view(rs))
            .list());
  }

  private static DueAction due(ResultSet rs) throws SQLException {
    return new DueAction(
        new DueAction.Key(uuid(rs, "event_id"), rs.getString("trigger"), rs.getInt("ordinal")),
        rs.getString("tenant"),
        rs.getString("kind"),
        rs.getString("parameters"),
        rs.getInt("attempts"),
        new DueAction.Event(
            rs.getString("ce_id"),
            rs.getString("source"),
            rs.getString("type"),
            rs.getString("subject"),
            rs.getString("time"),
            rs.getString("partition_key"),
            rs.getString("body")));
  }

  private static ActionView view(ResultSet rs) throws SQLException {
    return new ActionView(
        rs.getString("trigger"),
        rs.getString("kind"),
        rs.getString("state"),
        rs.getString("workflow_id"),
        rs.getString("workflow_run_id"),
        rs.getInt("attempts"),
        rs.getString("last_error"),
        instant(rs, "next_attempt_at"));
  }
}
