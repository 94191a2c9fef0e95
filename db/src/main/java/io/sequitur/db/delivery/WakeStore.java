package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import io.sequitur.db.webhook.WebhookReader;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * Lets changes reach what waits: another configuration or environment makes due what could not be
 * sent with the one before, another schedule plans retries anew. Each tells whom to ring.
 */
@Singleton
public final class WakeStore {
  /** Between the configuration's version and the environment's digest. */
  private static final String AND = "@";

  // Rows of webhooks whose configuration, or whose latest environment, is another one than they
  // failed with. Locked rows are somebody's who wakes or ends them himself. Index:
  // delivery_open_waits_for; the rows are locked, so their places hold.
  private static final String WAKE =
      """
      with config as materialized (
        select w.uid, %s || '%s' || (select digest from worker_environment) as version
        from webhook w where w.uid in (select webhook_uid from delivery_open where waits_for is not null and webhook_uid %s)
      ), woken as (
        select d.ctid as place from delivery_open d join config c on c.uid = d.webhook_uid
        where d.waits_for is not null and d.webhook_uid %s and d.waits_for <> c.version and (d.claim_until is null or d.claim_until < now())
        for update of d skip locked
      )
      update delivery_open d set waits_for = null, next_attempt_at = now()
      where d.ctid = any(array(select place from woken))
      returning d.webhook_uid
      """
          .formatted(WebhookReader.VERSION, AND, Sql.FEW, Sql.FEW);

  private static final String SCHEDULES =
      """
      select w.uid, w.retry from webhook w left join webhook_state s on s.webhook_uid = w.uid
      where w.uid = any(:webhooks) and w.retry is distinct from s.planned_retry
        and exists (select from delivery_open d where d.webhook_uid = w.uid and d.next_attempt_at > now())
      order by w.uid
      """;

  private static final String PLANNED =
      """
      insert into webhook_state (webhook_uid, planned_retry) values (:webhook, :retry)
      on conflict (webhook_uid) do update set planned_retry = excluded.planned_retry
      """;

  // A place behind the schedule's end is tried once more, at once: then its result ends it. What is
  // due already stays so. Index: delivery_open_due.
  private static final String PLAN =
      """
      update delivery_open d
      set next_attempt_at = greatest(d.not_before, d.updated_at + coalesce(p.delays[d.attempts + d.schedule_offset], 0)
                                                                  * (0.9 + 0.2 * random()) * interval '1 ms', now())
      from (select cast(:delays as bigint[]) as delays) p
      where d.webhook_uid = :webhook and d.next_attempt_at > now() and d.state = 'retrying' and d.ending is null
        and (d.claim_until is null or d.claim_until < now()) and d.attempts + d.schedule_offset > 0
      """;

  private static final String OPEN =
      """
      select u.uid from unnest(:webhooks) as u(uid)
      where exists (select from delivery_open d where d.webhook_uid = u.uid) order by u.uid
      """;

  private final Jdbi jdbi;

  WakeStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** How a configuration and an environment are written into what waits for another one. */
  public static String waitsFor(String version, String environment) {
    return version + AND + environment;
  }

  /** A webhook's retry schedule, and that what waits was planned by another one. */
  public record Schedule(long webhook, String retry) {}

  /** A worker starts: says what of its environment deliveries hang on. */
  public void environment(String digest) {
    jdbi.useHandle(handle ->
        handle.execute(
            "update worker_environment set digest = ? where digest <> ?", digest, digest));
  }

  /**
   * Makes due what was not sent for a reason that has changed; returns the webhooks it belongs to.
   */
  public List<Long> wake() {
    return jdbi.withHandle(
        handle -> handle.createQuery(WAKE).mapTo(Long.class).stream().distinct().toList());
  }

  /** Those of these webhooks whose retries were planned by another schedule. */
  public List<Schedule> changedSchedules(Collection<Long> webhooks) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SCHEDULES)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .map((rs, ctx) -> new Schedule(rs.getLong("uid"), rs.getString("retry")))
            .list());
  }

  /** Plans what waits for its next attempt by this schedule: from its last attempt on. */
  public void plan(Schedule schedule, List<Duration> delays) {
    jdbi.useTransaction(handle -> {
      handle
          .createUpdate(PLAN)
          .bind("webhook", schedule.webhook)
          .bind("delays", delays.stream().map(Duration::toMillis).toArray(Long[]::new))
          .execute();
      handle
          .createUpdate(PLANNED)
          .bind("webhook", schedule.webhook)
          .bind("retry", schedule.retry)
          .execute();
    });
  }

  /** Those of these webhooks that have something open. */
  public List<Long> withOpenDeliveries(Collection<Long> webhooks) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(OPEN)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .mapTo(Long.class)
            .list());
  }
}
