package io.sequitur.db.delivery;

/**
 * The rule of lanes, in one place: of all open deliveries of one (webhook, key), only the head may
 * be attempted, and only while nothing else of the lane is. Asked under the lane's lock (its row of
 * key_counter) when a claim is made, and once more by the strict check when the webhook has changed
 * since.
 */
final class Lane {
  private static final String OTHERS =
      "select from delivery_open o where o.webhook_uid = d.webhook_uid and o.key_id = d.key_id";

  /**
   * Whether something else of its lane stands before a row {@code d}, or is under way. Two
   * questions, each with an index of its own: the rest of a long lane is not looked at. The offset
   * keeps the planner from comparing all rows of a lane with each other. Index: delivery_open_lane,
   * delivery_open_claimed.
   */
  static final String TAKEN =
      "(exists ("
          + OTHERS
          + " and o.position < d.position offset 0) or exists ("
          + OTHERS
          + " and o.position <> d.position and o.claim_until >= now() offset 0))";

  /** Whether a row {@code d} has its turn. */
  static final String FREE = "not " + TAKEN;

  /** Lane locks, always in this order. */
  static final String LOCK =
      "select id from key_counter where id = any(:keys) order by hash for update";

  private Lane() {}
}
