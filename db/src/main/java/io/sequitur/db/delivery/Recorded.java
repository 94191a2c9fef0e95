package io.sequitur.db.delivery;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What followed from recording results.
 *
 * @param toRing webhooks whose workflow has to look earlier than it meant to
 * @param heads the next deliveries of the lanes that went on, claimed for the recorder to send
 * @param replaysToRing replays that may go on in a lane, and whose workflow does not look by itself
 */
public record Recorded(Set<Long> toRing, List<Claim> heads, Set<UUID> replaysToRing) {}
