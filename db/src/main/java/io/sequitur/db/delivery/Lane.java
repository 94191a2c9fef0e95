package io.sequitur.db.delivery;

/**
 * The rule of lanes, in one place: of all open deliveries of one (webhook, key), only the head may
 * be attempted, and only while nothing else of the lane is, replays included. A replay has heads of
 * its own; of its attempts and the lane's deliveries, too, only one is under way. Asked under the
 * lane's lock (its row of key_counter) when a claim is made, and once more by the strict check when
 * the webhook has changed since.
 */
public final class Lane {
  private static final String OTHERS =
      "select from delivery_open o where o.webhook_uid = d.webhook_uid and o.key_id = d.key_id";

  /**
   * Whether something else of its lane stands before a row {@code d}, or is under way. Three
   * questions, each with an index of its own: the rest of a long lane is not looked at. The offset
   * keeps the planner from comparing all rows of a lane with each other. Index: delivery_open_lane,
   * delivery_open_claimed, replay_item_heads.
   */
  static final String TAKEN =
      "(exists ("
          + OTHERS
          + " and o.position < d.position offset 0) or exists ("
          + OTHERS
          + " and o.position <> d.position and o.claim_until >= now() offset 0) or "
          + replaying("d")
          + ")";

  /** Whether a row {@code d} has its turn. */
  static final String FREE = "not " + TAKEN;

  /**
   * Whether something else stands before a replay's item {@code i}, or is under way in its lane.
   * Index: replay_item_lane, delivery_open_claimed, replay_item_heads.
   */
  static final String TAKEN_FOR_REPLAY =
      "(exists (select from replay_item o where o.replay_id = i.replay_id and o.key_id = i.key_id"
          + " and not o.failed and o.position < i.position offset 0)"
          + " or exists (select from delivery_open o where o.webhook_uid = i.webhook_uid and o.key_id = i.key_id"
          + " and o.claim_until >= now() offset 0)"
          + " or exists (select from replay_item o where o.webhook_uid = i.webhook_uid and o.key_id = i.key_id"
          + " and o.next_attempt_at is not null and o.claim_until >= now()"
          + " and (o.replay_id, o.event_id) <> (i.replay_id, i.event_id) offset 0))";

  /** Lane locks, always in this order. */
  static final String LOCK =
      "select id from key_counter where id = any(:keys) order by hash for update";

  private Lane() {}

  /** Whether a replay sends in the lane of a row of this name. Index: replay_item_heads. */
  public static String replaying(String row) {
    return "exists (select from replay_item r where r.webhook_uid = %s.webhook_uid and r.key_id = %s.key_id"
            .formatted(row, row)
        + " and r.next_attempt_at is not null and r.claim_until >= now() offset 0)";
  }
}
