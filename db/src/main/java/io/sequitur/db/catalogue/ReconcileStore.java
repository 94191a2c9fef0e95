package io.sequitur.db.catalogue;

import io.sequitur.db.Sql;
import io.sequitur.db.catalogue.SeenTrigger.Seen;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What reconciles saw and reported, and when the next one is due. */
@Singleton
public final class ReconcileStore {
  private static final String LOCK =
      "select pg_advisory_xact_lock(hashtext('sequitur.reconcile'), hashtext(?))";

  // One statement, so one snapshot. Whole rows without their stamps: a column of a later version
  // counts by itself.
  private static final String SEEN =
      """
      with deliver as (
        select trigger, string_agg(webhook_uid::text, ',' order by webhook_uid) as webhooks,
          sum(hashint8extended(version, 0)) as stamp
        from trigger_delivery where tenant = :tenant group by trigger),
      now as (
        select t.name, false as generated, true as active,
          digest128((to_jsonb(t) - array['version', 'created_at', 'updated_at'])::text, coalesce(d.webhooks, '')) as signature,
          concat_ws('.', t.version, d.stamp) as stamp
        from trigger t left join deliver d on d.trigger = t.name where t.tenant = :tenant
        union all
        select 'webhook::' || name, true, active and events is not null,
          digest128(active::text, uid::text, coalesce(events::text, '-'), coalesce('=' || filter, '')), version::text
        from webhook where tenant = :tenant)
      select coalesce(n.name, b.name) as name, coalesce(n.generated, b.generated) as generated,
        n.active as now_active, n.signature as now_signature, n.stamp as now_stamp, null as now_problem,
        b.active as before_active, b.signature as before_signature, b.stamp as before_stamp, b.problem as before_problem
      from now n full join (select * from reconciled_trigger where tenant = :tenant) b on b.name = n.name
      order by coalesce(n.name, b.name) collate "C"
      """;

  private static final String RECORD =
      """
      insert into reconciled_trigger (tenant, name, generated, active, signature, stamp, problem)
      select :tenant, x.* from json_to_recordset(cast(:rows as json))
        as x(name text, generated boolean, active boolean, signature uuid, stamp text, problem text)
      on conflict (tenant, name) do update set generated = excluded.generated, active = excluded.active,
        signature = excluded.signature, stamp = excluded.stamp, problem = excluded.problem
      """;

  private final Jdbi jdbi;

  ReconcileStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Looks without the lock, and changes nothing. */
  public <T> T look(Function<Handle, T> work) {
    return jdbi.inTransaction(work::apply);
  }

  /** One at a time for each tenant; the next sees what this one did. */
  public <T> T alone(String tenant, Function<Handle, T> work) {
    return jdbi.inTransaction(handle -> {
      handle.execute(LOCK, tenant);
      return work.apply(handle);
    });
  }

  /** All triggers of a tenant, by name. */
  public List<SeenTrigger> seen(Handle handle, String tenant) {
    return handle
        .createQuery(SEEN)
        .bind("tenant", tenant)
        .map((rs, ctx) ->
            new SeenTrigger(
                rs.getString("name"),
                rs.getBoolean("generated"),
                seen(rs, "now"),
                seen(rs, "before")))
        .list();
  }

  private static @Nullable Seen seen(ResultSet rs, String when) throws SQLException {
    String signature = rs.getString(when + "_signature");
    return signature == null
        ? null
        : new Seen(
            rs.getBoolean(when + "_active"),
            signature,
            rs.getString(when + "_stamp"),
            rs.getString(when + "_problem"));
  }

  /** As the next reconcile finds it. */
  private record Row(
      String name,
      boolean generated,
      boolean active,
      String signature,
      String stamp,
      @Nullable String problem) {
    static Row of(SeenTrigger trigger, Seen seen) {
      return new Row(
          trigger.name(),
          trigger.generated(),
          seen.active(),
          seen.signature(),
          seen.stamp(),
          seen.problem());
    }
  }

  /** Remembers what was seen now of these, whose rows are there. */
  public void record(Handle handle, String tenant, Collection<SeenTrigger> triggers) {
    List<Row> rows =
        triggers.stream()
            .flatMap(trigger ->
                Optional.ofNullable(trigger.now()).map(now -> Row.of(trigger, now)).stream())
            .toList();
    if (!rows.isEmpty()) {
      handle.createUpdate(RECORD).bind("tenant", tenant).bind("rows", Sql.rows(rows)).execute();
    }
  }

  public void forget(Handle handle, String tenant, Collection<String> names) {
    if (!names.isEmpty()) {
      handle.execute(
          "delete from reconciled_trigger where tenant = ? and name = any(?)",
          tenant,
          names.toArray(String[]::new));
    }
  }

  /** Gives the rows of these a new version, so that every process reads them again. */
  public void stampAnew(Handle handle, String tenant, Collection<String> names) {
    if (!names.isEmpty()) {
      String[] all = names.toArray(String[]::new);
      handle.execute(
          "update trigger set name = name where tenant = ? and name = any(?)", tenant, all);
      handle.execute(
          "update webhook set name = name where tenant = ? and 'webhook::' || name = any(?)",
          tenant,
          all);
    }
  }

  /**
   * The last reconcile of a tenant.
   *
   * @param report in JSON
   * @param workflowId null when it was none
   */
  public record Last(
      Instant at,
      Duration duration,
      String engine,
      @Nullable String workflowId,
      @Nullable String workflowRunId,
      String report) {}

  public Optional<Last> last(String tenant) {
    return jdbi.withHandle(handle -> last(handle, tenant));
  }

  public Optional<Last> last(Handle handle, String tenant) {
    return handle
        .createQuery(
            "select * from reconciliation where tenant = :tenant and reconciled_at is not null")
        .bind("tenant", tenant)
        .map((rs, ctx) ->
            new Last(
                Sql.time(rs, "reconciled_at"),
                Duration.ofMillis(rs.getLong("duration_ms")),
                rs.getString("engine"),
                rs.getString("workflow_id"),
                rs.getString("workflow_run_id"),
                rs.getString("report")))
        .findOne();
  }

  /** Puts the report in the place of the last one. */
  public void report(Handle handle, String tenant, Last last, Instant nextNight) {
    handle
        .createUpdate(
            """
            insert into reconciliation as r (tenant, due_at, reconciled_at, duration_ms, engine, workflow_id, workflow_run_id, report)
            values (:tenant, %s, :at, :duration, :engine, :workflowId, :workflowRunId, cast(:report as jsonb))
            on conflict (tenant) do update set due_at = excluded.due_at, reconciled_at = excluded.reconciled_at,
              duration_ms = excluded.duration_ms, engine = excluded.engine, workflow_id = excluded.workflow_id,
              workflow_run_id = excluded.workflow_run_id, report = excluded.report\
            """
                .formatted(due(":tenant")))
        .bind("tenant", tenant)
        .bind("night", nextNight)
        .bind("at", last.at())
        .bind("duration", last.duration().toMillis())
        .bind("engine", last.engine())
        .bind("workflowId", last.workflowId())
        .bind("workflowRunId", last.workflowRunId())
        .bind("report", last.report())
        .execute();
  }

  /** Tenants that have triggers and no date yet get one in the coming night. */
  public void plan(Instant nextNight) {
    jdbi.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into reconciliation (tenant, due_at)
                select t.tenant, %s from (select tenant from trigger union select tenant from webhook) t
                where not exists (select from reconciliation r where r.tenant = t.tenant)
                on conflict do nothing\
                """
                    .formatted(due("t.tenant")))
            .bind("night", nextNight)
            .execute());
  }

  /** What another version of the engine reconciled is due now. */
  public void planAfterUpgrade(String engine) {
    jdbi.useHandle(handle ->
        handle.execute(
            "update reconciliation set due_at = now() where engine is not null and engine <> ?",
            engine));
  }

  /** Takes what is due, for so long; who does not get it done leaves it to another. */
  public List<String> takeDue(Duration lease, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                update reconciliation r set due_at = now() + :lease * interval '1 ms'
                from (select tenant from reconciliation where due_at <= now() order by due_at limit :limit for update skip locked) d
                where d.tenant = r.tenant returning r.tenant\
                """)
            .bind("lease", lease.toMillis())
            .bind("limit", limit)
            .mapTo(String.class)
            .list());
  }

  // Not all tenants in one minute.
  private static String due(String tenant) {
    return "cast(:night as timestamptz) + (hashtext(" + tenant + ") & 63) * interval '1 min'";
  }
}
