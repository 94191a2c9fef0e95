package io.sequitur.db.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as routing needs it.
 *
 * @param webhooks uids of the active webhooks it feeds
 * @param actions all of its actions in JSON, if it does more than deliver
 * @param condition in JSON
 * @param conditionId of the windows that count for this condition
 */
public record RoutingRule(
    String tenant,
    String name,
    List<String> events,
    @Nullable String filter,
    List<Long> webhooks,
    @Nullable String actions,
    @Nullable String condition,
    @Nullable Long conditionId) {}
