package io.sequitur.db.catalogue;

import io.sequitur.db.Sql;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads the routing rules, and the version of what they are made of. */
public final class RuleReader {
  /**
   * A scalar that changes with every committed change of any row that a rule is made of: every row
   * version has a number of its own, and the sum of 64-bit hashes stands for the set of them. (The
   * plain sum does not: numbers are given before commit, so a later set may hold an older number,
   * and 3 + 7 is 4 + 6.)
   */
  public static final String VERSION =
      """
      select concat_ws(':', (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from webhook),
                            (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from trigger),
                            (select count(*) || '.' || coalesce(sum(hashint8extended(version, 0)), 0) from trigger_delivery))\
      """;

  // Webhooks with events of their own stand beside the triggers that users made. An inactive
  // webhook is not routed to.
  private static final String RULES =
      """
      select tenant, 'webhook::' || name as name, events, filter, array[uid] as webhooks, null as actions, null as condition,
        null::bigint as condition_id
      from webhook where active and events is not null
      union all
      select t.tenant, t.name, t.events, t.filter, array(
        select w.uid from trigger_delivery d join webhook w on w.uid = d.webhook_uid
        where d.tenant = t.tenant and d.trigger = t.name and w.active order by w.uid),
        case when jsonb_path_exists(t.actions, '$[*] ? (!exists(@.deliver))') then t.actions::text end, t.condition::text, t.condition_id
      from trigger t
      order by tenant, name
      """;

  private RuleReader() {}

  public static List<RoutingRule> rules(Handle handle) {
    return handle
        .createQuery(RULES)
        .map((rs, ctx) ->
            new RoutingRule(
                rs.getString("tenant"),
                rs.getString("name"),
                Sql.texts(rs, "events"),
                rs.getString("filter"),
                List.of((Long[]) rs.getArray("webhooks").getArray()),
                rs.getString("actions"),
                rs.getString("condition"),
                Sql.longOrNull(rs, "condition_id")))
        .list();
  }
}
