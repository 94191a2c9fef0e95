package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.instant;
import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import io.sequitur.db.delivery.HealthRule.Move;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Moves breakers, within the transaction of the results that move them; only webhooks in trouble
 * come here. Their rows are locked by the statement that counted the results.
 */
final class HealthStore {
  // Whatever opens or closes it ends a pause or begins one. A permit that was not used may be used
  // by another attempt.
  private static final String MOVE =
      """
      update webhook_state s
      set breaker = x.state, breaker_since = x.since, breaker_moved_at = x.moved_at, breaker_trips = x.trips,
          breaker_places = x.places, breaker_well = x.well, breaker_failed = x.failed,
          breaker_given = case when x.moved then 0 else greatest(0, s.breaker_given - x.unused) end,
          breaker_why = case when x.state <> 'closed' then coalesce(x.why, s.breaker_why) end,
          paused_until = case when x.moved then x.probe_at when x.unused = 0 then s.paused_until end
      from json_to_recordset(cast(:rows as json)) as x(
        webhook_uid bigint, state text, since timestamptz, moved_at timestamptz, trips int, places int, well int, failed int,
        probe_at timestamptz, why text, unused int, moved boolean)
      where s.webhook_uid = x.webhook_uid and x.webhook_uid %s
      """
          .formatted(Sql.FEW);

  private static final String DISABLE =
      """
      with off as (
        update webhook_state s set status = 'disabled', disabled_by = 'failing', reason = :reason, since = now()
        from webhook w where s.webhook_uid = :webhook and w.uid = s.webhook_uid and s.status = 'ok'
        returning w.uid, w.tenant, w.name
      ), audited as (
        insert into audit_log (tenant, actor, action, webhook_uid, event_id, detail)
        select tenant, 'engine', 'webhook.disable', uid, :event, jsonb_build_object('reason', cast(:reason as text)) from off
      )
      select engine_event('sequitur.webhook.disabled', tenant, name,
               json_build_object('webhook', name, 'reason', cast(:reason as text), 'since', now(),
                 'event', public_id('evt', :event), 'delivery', public_id('dlv', :event) || '_' || uid)::text, :event)
      from off
      """;

  private static final String ENABLE =
      """
      with back as (
        update webhook_state s set status = 'ok', disabled_by = null, reason = null, since = null
        from webhook w where s.webhook_uid = :webhook and w.uid = s.webhook_uid and s.disabled_by = 'failing'
        returning w.uid, w.tenant
      )
      insert into audit_log (tenant, actor, action, webhook_uid, event_id)
      select tenant, 'engine', 'webhook.enable', uid, :event from back
      """;

  private HealthStore() {}

  private record MoveRow(
      long webhookUid,
      String state,
      @Nullable Instant since,
      @Nullable Instant movedAt,
      int trips,
      int places,
      int well,
      int failed,
      @Nullable Instant probeAt,
      @Nullable String why,
      int unused,
      boolean moved) {

    static MoveRow of(Health before, Move move) {
      BreakerRow b = move.breaker();
      return new MoveRow(
          before.webhookUid(),
          b.state(),
          b.since(),
          b.movedAt(),
          b.trips(),
          b.places(),
          b.well(),
          b.failed(),
          b.probeAt(),
          move.why(),
          move.unused(),
          !Objects.equals(b.movedAt(), before.breaker().movedAt()));
    }
  }

  /**
   * Lets the rule decide; returns webhooks of which more may be attempted than was thought: whoever
   * waits there for the end of a round or for a probe's time, deliveries and replays, need not.
   */
  static List<Long> move(
      Handle handle, List<Health> before, List<AttemptRow> rows, HealthRule rule) {
    List<MoveRow> moved = new ArrayList<>();
    List<Long> freer = new ArrayList<>();
    for (Health health : before) {
      List<AttemptRow> results =
          rows.stream()
              .filter(row -> row.webhookUid() == health.webhookUid() && row.attempted())
              .toList();
      Move move = rule.after(health, results);
      if (!move.breaker().equals(health.breaker()) || move.unused() > 0) {
        MoveRow row = MoveRow.of(health, move);
        moved.add(row);
        boolean wasClosed = health.breaker().state().equals("closed");
        if (row.unused > 0 || (row.moved && row.probeAt == null && !wasClosed)) {
          freer.add(row.webhookUid);
        }
      }
      if (move.disable() != null) {
        disable(handle, results.getLast(), move.disable());
      }
      if (move.enable()) {
        enable(handle, results.getLast());
      }
    }
    if (!moved.isEmpty()) {
      handle.createUpdate(MOVE).bind("rows", Sql.rows(moved)).execute();
    }
    return freer;
  }

  private static void disable(Handle handle, AttemptRow last, String reason) {
    handle
        .createQuery(DISABLE)
        .bind("webhook", last.webhookUid())
        .bind("event", last.eventId())
        .bind("reason", reason)
        .mapTo(String.class)
        .list();
  }

  private static void enable(Handle handle, AttemptRow last) {
    handle
        .createUpdate(ENABLE)
        .bind("webhook", last.webhookUid())
        .bind("event", last.eventId())
        .execute();
  }

  static Health health(ResultSet rs) throws SQLException {
    return new Health(
        rs.getLong("webhook_uid"),
        rs.getString("disabled_by"),
        rs.getInt("failures"),
        instant(rs, "failing_since"),
        new BreakerRow(
            rs.getString("breaker"),
            instant(rs, "breaker_since"),
            instant(rs, "breaker_moved_at"),
            rs.getInt("breaker_trips"),
            rs.getInt("breaker_places"),
            rs.getInt("breaker_well"),
            rs.getInt("breaker_failed"),
            rs.getString("breaker").equals("open") ? instant(rs, "paused_until") : null),
        rs.getInt("max_concurrency"),
        time(rs, "at"));
  }
}
