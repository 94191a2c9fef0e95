package io.sequitur.db.event;

import static io.sequitur.db.Sql.texts;
import static io.sequitur.db.Sql.uuid;
import static io.sequitur.db.Sql.uuids;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Runs: which groups exist, which workflow has them, how far they got. */
@Singleton
public final class RunStore {
  // Index: run_pkey, action_pkey. One statement for both questions, as most groups have no actions.
  private static final String FINISH =
      """
      with due as materialized (
        select r.id from run r
        where r.id = any(:runs) and exists (
          select from action a where a.event_id = any(r.event_ids) and a.done_at is null and a.next_attempt_at <= now())
      ), finished as (
        update run set done_at = clock_timestamp()
        where id = any(:runs) and done_at is null and id not in (select id from due)
      )
      select exists (select from due)
      """;

  private final Jdbi jdbi;

  RunStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** A run that is not finished, or that no workflow ever had. */
  public record OpenRun(UUID id, List<UUID> eventIds) {}

  /**
   * What is known of a group.
   *
   * @param settled how many of its events are routed or set aside
   */
  public record Touched(
      int settled, List<UUID> runs, List<String> tenants, List<String> triggers) {}

  public Touched touched(Collection<UUID> events) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                with r as (
                  -- One by one, or every day would be asked for every id.
                  select r.* from unnest(:ids) as u(id)
                  cross join lateral (select run_id, tenant, triggers from routing where event_id = u.id limit 1) r)
                select (select count(*) from r) + (select count(*) from quarantine where event_id = any(:ids)) as settled,
                       array(select distinct run_id from r) as runs,
                       array(select distinct tenant from r order by tenant) as tenants,
                       array(select distinct t from r cross join unnest(r.triggers) as u(t) order by t) as triggers\
                """)
            .bind("ids", events.toArray(UUID[]::new))
            .map((rs, ctx) ->
                new Touched(
                    rs.getInt("settled"),
                    uuids(rs, "runs"),
                    texts(rs, "tenants"),
                    texts(rs, "triggers")))
            .one());
  }

  /** Remembers which workflow has the runs; the first one that had them stays on record. */
  public void started(Collection<UUID> runs, String workflowId, String workflowRunId) {
    jdbi.useHandle(handle ->
        handle
            .createUpdate(
                """
                update run set workflow_id = coalesce(workflow_id, :workflowId),
                               workflow_run_id = coalesce(workflow_run_id, :workflowRunId), started_at = clock_timestamp()
                where id = any(:runs)\
                """)
            .bind("workflowId", workflowId)
            .bind("workflowRunId", workflowRunId)
            .bind("runs", runs.toArray(UUID[]::new))
            .execute());
  }

  /**
   * Ends the runs whose actions are all done or handed on: one that somebody carries out, or that
   * is to be tried later, is found by its own row.
   *
   * @return whether any of the runs has an action that is due, so that the caller must see to it
   */
  public boolean finish(Collection<UUID> runs) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(FINISH)
            .bind("runs", runs.toArray(UUID[]::new))
            .mapTo(Boolean.class)
            .one());
  }

  /**
   * Runs that somebody should take up: no workflow got them within {@code unstarted}, or theirs has
   * not finished them within {@code unfinished}.
   */
  public List<OpenRun> forgotten(Duration unstarted, Duration unfinished, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select id, event_ids from (
                  select id, event_ids, created_at from run
                  where workflow_run_id is null and created_at < now() - :unstarted * interval '1 ms'
                  union
                  select id, event_ids, created_at from run
                  where done_at is null and coalesce(started_at, created_at) < now() - :unfinished * interval '1 ms'
                ) r order by created_at limit :limit\
                """)
            .bind("unstarted", unstarted.toMillis())
            .bind("unfinished", unfinished.toMillis())
            .bind("limit", limit)
            .map((rs, ctx) -> new OpenRun(uuid(rs, "id"), uuids(rs, "event_ids")))
            .list());
  }
}
