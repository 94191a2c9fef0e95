package io.sequitur.db.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trigger as routing needs it: what it matches, and the uids of the active webhooks it feeds. */
public record RoutingRule(
    String tenant,
    String name,
    List<String> events,
    @Nullable String filter,
    List<Long> webhooks) {}
