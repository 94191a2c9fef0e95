package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a replay's window in steps, each one transaction with its cursor. Of a webhook that
 * is not ordered only so much is noted as will be sent soon. Of an ordered one the whole window is
 * noted before the first is sent: ids order nothing, so whatever has the lowest position of a lane
 * may be found last.
 */
@Singleton
public final class ReplayScan {
  /** Finished deliveries that a step reads, whoever's they are. */
  private static final int STEP = 1_000;

  /** So many noted ones are enough for a while. */
  private static final int AHEAD = 1_000;

  /** Whether more of a replay {@code p}, of a webhook {@code w}, is noted now. */
  static final String ROOM =
      "(coalesce(w.ordered, false) or (select count(*) from (select from replay_item n where n.replay_id = p.id"
          + " and n.next_attempt_at is not null limit "
          + AHEAD
          + ") m) < "
          + AHEAD
          + ")";

  // Not in the statement of the cursor: its snapshot is older than a lock that it waits for.
  private static final String LOCK =
      """
      select p.*, coalesce(w.ordered, false) as ordered, %s as room
      from replay p join webhook w on w.uid = p.webhook_uid
      where p.id = :replay and p.drain = :drain and p.state = 'running' and not p.scanned for update of p
      """
          .formatted(ROOM);

  // Index: delivery_done_pkey of the days of the window. What is not laned is due at once.
  private static final String NOTE =
      """
      with seen as materialized (
        select d.event_id, d.webhook_uid, d.state, d.key_id, d.position from delivery_done d
        where d.event_id >= :cursorEvent and (d.event_id, d.webhook_uid) > (:cursorEvent, :cursorWebhook)
          and d.event_id < first_id_at(:until)
        order by d.event_id, d.webhook_uid limit :step
      ), noted as (
        insert into replay_item (replay_id, event_id, webhook_uid, key_id, position, next_attempt_at)
        select :replay, s.event_id, s.webhook_uid, s.key_id, s.position, case when s.key_id is null or not :ordered then now() end
        from seen s %s
        where s.webhook_uid = :webhook and s.state = any(:states) and %s
        returning 1
      ), last as (
        select event_id, webhook_uid from seen order by event_id desc, webhook_uid desc limit 1
      )
      select (select count(*) from seen) as seen, (select count(*) from noted) as noted, last.event_id, last.webhook_uid
      from (select 1) one left join last on true
      """
          .formatted(Sql.joinEvent("s.event_id"), ReplayStore.OF_TYPES);

  private static final String MOVE =
      """
      update replay set cursor_event = coalesce(cast(:event as uuid), cursor_event), cursor_webhook = coalesce(cast(:webhook as bigint), cursor_webhook),
        found = found + :noted, scanned = :scanned, total = case when :scanned then found + :noted else greatest(total, found + :noted) end,
        next_look = now()
      where id = :replay
      """;

  private final Jdbi jdbi;

  ReplayScan(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Makes one step if there is one to make now, and this drain is the latest.
   *
   * @return whether it did: there may be another
   */
  public boolean step(UUID replay, long drain) {
    return jdbi.inTransaction(handle -> {
      Optional<Window> window =
          handle
              .createQuery(LOCK)
              .bind("replay", replay)
              .bind("drain", drain)
              .map((rs, ctx) -> Window.of(rs))
              .findOne()
              .filter(Window::room);
      window.ifPresent(found -> note(handle, replay, found));
      return window.isPresent();
    });
  }

  private static void note(Handle handle, UUID replay, Window window) {
    Noted noted =
        handle
            .createQuery(NOTE)
            .bind("replay", replay)
            .bind("cursorEvent", window.cursorEvent)
            .bind("cursorWebhook", window.cursorWebhook)
            .bind("until", window.until)
            .bind("step", STEP)
            .bind("ordered", window.ordered)
            .bind("webhook", window.webhook)
            .bind("states", window.states.toArray(String[]::new))
            .bind("types", window.types == null ? null : window.types.toArray(String[]::new))
            .map((rs, ctx) -> Noted.of(rs))
            .one();
    boolean scanned = noted.seen < STEP;
    handle
        .createUpdate(MOVE)
        .bind("replay", replay)
        .bind("event", noted.event)
        .bind("webhook", noted.webhook)
        .bind("noted", noted.noted)
        .bind("scanned", scanned)
        .execute();
    if (scanned) {
      handle.createUpdate(ReplayBells.FREE_HEADS).bind("replay", replay).execute();
    }
  }

  private record Window(
      UUID cursorEvent,
      long cursorWebhook,
      Instant until,
      long webhook,
      List<String> states,
      @Nullable List<String> types,
      boolean ordered,
      boolean room) {
    static Window of(ResultSet rs) throws SQLException {
      return new Window(
          Sql.uuid(rs, "cursor_event"),
          rs.getLong("cursor_webhook"),
          Sql.time(rs, "until"),
          rs.getLong("webhook_uid"),
          Sql.texts(rs, "states"),
          rs.getArray("types") == null ? null : Sql.texts(rs, "types"),
          rs.getBoolean("ordered"),
          rs.getBoolean("room"));
    }
  }

  private record Noted(int seen, int noted, @Nullable UUID event, @Nullable Long webhook) {
    static Noted of(ResultSet rs) throws SQLException {
      return new Noted(
          rs.getInt("seen"),
          rs.getInt("noted"),
          rs.getObject("event_id", UUID.class),
          Sql.longOrNull(rs, "webhook_uid"));
    }
  }
}
