package io.sequitur.db.catalogue;

import io.sequitur.db.Sql;
import io.sequitur.db.cache.InvalidationStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Reads the routing rules of tenants, and the epochs that say whether those in memory are theirs.
 */
public final class RuleReader {
  /**
   * For a column {@code t.tenant}: the epoch of all that routing matches a tenant's events with.
   * Rules that were read when it was this one, or later, are right as long as nothing is pending in
   * the same snapshot.
   */
  public static final String VERSION =
      """
      coalesce((select e.epoch from cache_epoch e where e.tenant = t.tenant and e.key = 'sequitur:triggers'), 0) || ':' || %s\
      """
          .formatted(InvalidationStore.EVERYTHING);

  private static final String VERSIONS =
      "select t.tenant, %s as version from unnest(:tenants) as t(tenant)".formatted(VERSION);

  // Webhooks with events of their own stand beside the triggers that users made. An inactive
  // webhook is not routed to. One plain statement: nothing else may be cached.
  private static final String RULES =
      "select * from cached.routing_rule where tenant = any(:tenants) order by tenant, name";

  private RuleReader() {}

  /** The version of each tenant's rules. */
  public static Map<String, String> versions(Handle handle, Collection<String> tenants) {
    Map<String, String> versions = new HashMap<>();
    handle
        .createQuery(VERSIONS)
        .bind("tenants", tenants.toArray(String[]::new))
        .map((rs, ctx) -> versions.put(rs.getString("tenant"), rs.getString("version")))
        .list();
    return versions;
  }

  public static List<RoutingRule> rules(Handle handle, Collection<String> tenants) {
    return handle
        .createQuery(RULES)
        .bind("tenants", tenants.toArray(String[]::new))
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
