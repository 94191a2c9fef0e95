package io.sequitur.db.cache;

import java.util.List;

/**
 * What a step 2 made stale of our own.
 *
 * @param everything whether all of it is: a table was emptied, or changed behind its triggers
 * @param webhooks uids of those whose compiled form is of no use any more
 */
public record Stale(boolean everything, List<Long> webhooks) {
  /** Nothing. */
  public static final Stale NOTHING = new Stale(false, List.of());

  public Stale {
    webhooks = List.copyOf(webhooks);
  }
}
