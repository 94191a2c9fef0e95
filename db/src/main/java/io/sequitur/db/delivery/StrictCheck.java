package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import io.sequitur.db.webhook.WebhookReader;

/**
 * The strict check. One snapshot answers for all attempts that are ready to go: is the claim still
 * mine and wanted, does the lease outlive the time-out, is the webhook usable, and which
 * configuration is current? A lane is asked again if the webhook has changed since the claim was
 * made: then `ordered` may have been off.
 */
final class StrictCheck {
  // The attempt starts at now(), not statement_timestamp(): the driver binds a query and executes
  // it in two messages. The snapshot is taken at the first, statement_timestamp() is the time of
  // the second, and a change that was acknowledged between them would count as before the start.
  // What was claimed before the breaker's last move is not what it lets through now.
  // Index: webhook_pkey, signing_key_webhook.
  private static final String CHECK =
      """
      with c as (
        select * from json_to_recordset(cast(:claims as json)) as c(event_id uuid, webhook_uid bigint, number int, lane_version bigint, replay uuid)
        where webhook_uid <few>
      ), config as materialized (
        select w.uid, <usable> as usable, w.timeout_ms, w.ordered, w.version as row_version,
               case when s.breaker <> 'closed' then s.breaker_moved_at end as moved_at, <version> as version
        from webhook w left join webhook_state s on s.webhook_uid = w.uid
        where w.uid in (select webhook_uid from c)
      )
      select c.event_id, c.webhook_uid, c.number, c.lane_version, c.replay, config.version, now() as at,
             coalesce(config.ordered and <row>.key_id is not null, false) as laned,
             case when <row>.event_id is null then 'LOST'
                  when <ended> then 'ENDED'
                  when config.uid is null then 'DELETED'
                  when <held> then 'HELD'
                  when <row>.claim_until - (config.timeout_ms + :slack) * interval '1 ms' < config.moved_at then 'PAUSED'
                  when <row>.claim_until < now() + (config.timeout_ms + :margin) * interval '1 ms' then 'LAPSING'
                  when config.ordered and <row>.key_id is not null and c.lane_version <> config.row_version and <behind> then 'BEHIND'
                  else 'GO' end as verdict
      from c
      left join <rows>
      left join config on config.uid = c.webhook_uid
      """
          .replace("<few>", Sql.FEW)
          .replace("<version>", WebhookReader.VERSION);

  // Index: delivery_open_pkey.
  static final String OF_DELIVERIES =
      CHECK
          .replace("<usable>", Usable.LIVE)
          .replace("<row>", "d")
          .replace("<ended>", "d.ending is not null")
          .replace("<held>", "not config.usable")
          .replace("<behind>", Lane.TAKEN)
          .replace(
              "<rows>",
              """
              delivery_open d on d.event_id = c.event_id and d.webhook_uid = c.webhook_uid
                and d.claim_owner = :owner and d.claim_number = c.number\
              """);

  // Index: replay_item_pkey.
  static final String OF_REPLAYS =
      CHECK
          .replace("<usable>", Usable.REPLAY)
          .replace("<row>", "i")
          .replace("<ended>", "p.state = 'cancelled'")
          .replace("<held>", "p.state <> 'running' or not config.usable")
          .replace("<behind>", "(not p.scanned or " + Lane.TAKEN_FOR_REPLAY + ")")
          .replace(
              "<rows>",
              """
              replay p on p.id = c.replay
              left join replay_item i on i.replay_id = c.replay and i.event_id = c.event_id
                and i.claim_owner = :owner and i.claim_number = c.number\
              """);

  private StrictCheck() {}
}
