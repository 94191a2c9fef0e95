package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.instant;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The record of each webhook's next look, which decides who has to ring. */
@Singleton
public final class BellStore {
  // Lowers next_look to now, or to the end of a pause; returns the webhooks whose workflow does not
  // look that early by itself.
  private static final String DUE_NOW =
      """
      insert into webhook_state as s (webhook_uid, next_look, rung_at)
      select uid, now(), now() from unnest(:webhooks) as u(uid) order by uid
      on conflict (webhook_uid) do update
      set next_look = greatest(excluded.next_look, s.paused_until), rung_at = excluded.rung_at
      where s.next_look is null or s.next_look > greatest(excluded.next_look, s.paused_until)
      returning s.webhook_uid
      """;

  private static final String LOWER =
      """
      insert into webhook_state as s (webhook_uid, next_look, rung_at) values (:webhook, coalesce(cast(:at as timestamptz), now()), now())
      on conflict (webhook_uid) do update
      set next_look = greatest(excluded.next_look, s.paused_until), rung_at = excluded.rung_at
      where s.next_look is null or s.next_look > greatest(excluded.next_look, s.paused_until)
      returning s.webhook_uid
      """;

  // Whoever adds a delivery after this looked rings by itself.
  private static final String LOWER_THOSE_OPEN =
      """
      insert into webhook_state as s (webhook_uid, next_look, rung_at)
      select uid, now(), now() from unnest(:webhooks) as u(uid)
      where exists (select from delivery_open d where d.webhook_uid = u.uid) order by uid
      on conflict (webhook_uid) do update
      set next_look = greatest(excluded.next_look, s.paused_until), rung_at = excluded.rung_at
      where s.next_look is null or s.next_look > greatest(excluded.next_look, s.paused_until)
      returning s.webhook_uid
      """;

  private static final String PAUSE =
      """
      insert into webhook_state as s (webhook_uid, paused_until) values (:webhook, now() + :millis * interval '1 ms')
      on conflict (webhook_uid) do update set paused_until = greatest(s.paused_until, excluded.paused_until)
      """;

  private static final String RESUME =
      """
      update webhook_state s set paused_until = null
      from (select webhook_uid from webhook_state where webhook_uid = any(:webhooks) and paused_until > now()
            order by webhook_uid for update) l
      where s.webhook_uid = l.webhook_uid
      """;

  // Drains carry rising numbers; one that was frozen while another took over changes nothing.
  private static final String BEGIN =
      """
      insert into webhook_state as s (webhook_uid, drain, next_look) values (:webhook, :drain, now())
      on conflict (webhook_uid) do update set drain = excluded.drain, next_look = now() where s.drain <= excluded.drain
      returning s.drain
      """;

  private static final String LOCK =
      "select drain from webhook_state where webhook_uid = :webhook for update";

  // Heads without a live claim of a usable webhook. A live claim is somebody's who will record its
  // result and ring; if he dies, the
  // lapse of the claim is the time to look. Index: delivery_open_due.
  private static final String NEXT_LOOK =
      """
      select min(greatest(d.next_attempt_at, s.paused_until, d.claim_until, case when w.ordered then (
               select max(o.claim_until) from (
                 select o.claim_until from delivery_open o where o.webhook_uid = d.webhook_uid and o.key_id = d.key_id
                 union all
                 select r.claim_until from replay_item r
                 where r.webhook_uid = d.webhook_uid and r.key_id = d.key_id and r.next_attempt_at is not null) o
               where o.claim_until >= now()) end)) as next_look
      from delivery_open d join webhook w on w.uid = d.webhook_uid left join webhook_state s on s.webhook_uid = w.uid
      where d.webhook_uid = :webhook and d.next_attempt_at is not null and %s
        and (not w.ordered or d.key_id is null or not exists (
          select from delivery_open o where o.webhook_uid = d.webhook_uid and o.key_id = d.key_id and o.position < d.position offset 0))
      """
          .formatted(Usable.LIVE);

  private static final String SETTLE =
      "update webhook_state set next_look = :nextLook where webhook_uid = :webhook";

  private static final String UNORDERED_NEED_NOT_WAIT =
      """
      update delivery_open d set state = case when d.attempts > 0 then 'retrying' else 'pending' end, next_attempt_at = now()
      from webhook w where w.uid = d.webhook_uid and not w.ordered and d.webhook_uid = :webhook and d.state = 'waiting'
      """;

  // No more is counted than anybody wants to know. Index: delivery_open_pkey is no help, the due
  // and
  // lane indexes are; a table this size is read from memory.
  private static final String SITUATION =
      """
      select (select count(*) from (select from delivery_open d where d.webhook_uid = :webhook limit :most) o) as waiting, %s
      from (select cast(:webhook as bigint) as uid) w left join webhook_state s on s.webhook_uid = w.uid
      """
          .formatted(Trouble.COLUMNS);

  private static final String FORGET =
      "update webhook_state set next_look = null where webhook_uid = :webhook and next_look <= now()";

  private final Jdbi jdbi;

  BellStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Notes that these webhooks have something due now; returns those that somebody has to ring. */
  public List<Long> dueNow(Collection<Long> webhooks) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(DUE_NOW)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .mapTo(Long.class)
            .list());
  }

  /** Nothing of the webhook is claimed for so long, unless it is paused for longer. */
  public void pause(long webhook, Duration wait) {
    jdbi.useHandle(handle ->
        handle
            .createUpdate(PAUSE)
            .bind("webhook", webhook)
            .bind("millis", wait.toMillis())
            .execute());
  }

  /**
   * Ends pauses, because something has changed or somebody wants to know: an open breaker lets its
   * next probe through.
   */
  public void resume(Collection<Long> webhooks) {
    jdbi.useHandle(handle ->
        handle.createUpdate(RESUME).bind("webhooks", webhooks.toArray(Long[]::new)).execute());
  }

  /**
   * Notes within a transaction that the webhook has something due then; returns it if somebody has
   * to ring after the commit.
   */
  static Optional<Long> lower(Handle handle, long webhook, @Nullable Instant at) {
    return handle
        .createQuery(LOWER)
        .bind("webhook", webhook)
        .bind("at", at)
        .mapTo(Long.class)
        .findOne();
  }

  /**
   * Notes within a transaction that of these webhooks more may be attempted than before; returns
   * those that have something open, and have to be rung.
   */
  static List<Long> lowerThoseOpen(Handle handle, Collection<Long> webhooks) {
    return webhooks.isEmpty()
        ? List.of()
        : handle
            .createQuery(LOWER_THOSE_OPEN)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .mapTo(Long.class)
            .list();
  }

  /** A drain begins; false when a later one has begun already, and this one has to stop. */
  public boolean begin(long webhook, long drain) {
    return jdbi.inTransaction(handle -> {
      boolean mine =
          handle
              .createQuery(BEGIN)
              .bind("webhook", webhook)
              .bind("drain", drain)
              .mapTo(Long.class)
              .findOne()
              .isPresent();
      if (mine) {
        handle.createUpdate(UNORDERED_NEED_NOT_WAIT).bind("webhook", webhook).execute();
      }
      return mine;
    });
  }

  /** A drain without a workflow begins: what need not wait any more becomes due. */
  public void beginWithoutWorkflow(long webhook) {
    jdbi.useHandle(
        handle -> handle.createUpdate(UNORDERED_NEED_NOT_WAIT).bind("webhook", webhook).execute());
  }

  /** It ends: nobody is there to look any more, so whoever comes next rings. */
  public void endWithoutWorkflow(long webhook) {
    jdbi.useHandle(handle -> handle.createUpdate(FORGET).bind("webhook", webhook).execute());
  }

  /**
   * A drain ends: writes down and returns when its workflow looks next; empty when nothing waits.
   */
  public Optional<Instant> settle(long webhook, long drain) {
    return jdbi.inTransaction(handle -> settle(handle, webhook, drain));
  }

  /** What waits, and why, for those who look at the workflow. */
  public Situation situation(long webhook) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SITUATION)
            .bind("webhook", webhook)
            .bind("most", Situation.MOST)
            .map((rs, ctx) -> new Situation(rs.getLong("waiting"), Trouble.of(rs)))
            .one());
  }

  private static Optional<Instant> settle(Handle handle, long webhook, long drain) {
    // The lock is a statement of its own: what the next one sees includes every row whose adder had
    // the lock before.
    long latest =
        handle.createQuery(LOCK).bind("webhook", webhook).mapTo(Long.class).findOne().orElse(drain);
    Optional<Instant> next =
        handle
            .createQuery(NEXT_LOOK)
            .bind("webhook", webhook)
            .map((rs, ctx) -> Optional.ofNullable(instant(rs, "next_look")))
            .one();
    if (latest == drain) {
      handle
          .createUpdate(SETTLE)
          .bind("webhook", webhook)
          .bind("nextLook", next.orElse(null))
          .execute();
    }
    return next;
  }
}
