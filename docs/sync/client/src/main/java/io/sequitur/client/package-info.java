/**
 * A platform's side of a sync target: is told, pulls, applies never backwards, acknowledges what is
 * durable. Begin with {@link io.sequitur.client.Follower}; docs/sync.md says why each step is as it
 * is.
 */
@NullMarked
package io.sequitur.client;

import org.jspecify.annotations.NullMarked;
