package io.sequitur.db.delivery;

/**
 * The rule of lanes, in one place: of all open deliveries of one (webhook, key), only the head may
 * be attempted, and only while nothing else of the lane is. Asked under the lane's lock (its row of
 * key_counter) when a claim is made, and once more by the strict check when the webhook has changed
 * since.
 */
final class Lane {
  /** Of rows {@code o}: they keep {@code d} from its turn. Index: delivery_open_lane. */
  private static final String BEFORE =
      "o.webhook_uid = d.webhook_uid and o.key_id = d.key_id"
          + " and (o.position < d.position or o.position <> d.position and o.claim_until >= now())";

  /** Whether something else of its lane stands before a row {@code d}, or is under way. */
  static final String TAKEN = "exists (select from delivery_open o where " + BEFORE + ")";

  /** Whether a row {@code d} has its turn. */
  static final String FREE = "not " + TAKEN;

  /** Lane locks, always in this order. */
  static final String LOCK =
      "select id from key_counter where id = any(:keys) order by hash for update";

  private Lane() {}
}
