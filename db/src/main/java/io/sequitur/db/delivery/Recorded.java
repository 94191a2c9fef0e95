package io.sequitur.db.delivery;

import java.util.List;
import java.util.Set;

/**
 * What followed from recording results.
 *
 * @param toRing webhooks whose workflow has to look earlier than it meant to
 * @param heads the next deliveries of the lanes that went on, claimed for the recorder to send
 */
public record Recorded(Set<Long> toRing, List<Claim> heads) {}
