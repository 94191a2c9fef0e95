package io.sequitur.db.event;

import java.util.List;

/** What came of storing events. */
public sealed interface Appended {
  /** They are stored; the answers stand in their order. */
  record Stored(List<Accepted> accepted) implements Appended {}

  /** Nothing is stored: these types are no longer those that were asked. */
  record Stale(List<TypeName> types) implements Appended {}

  /** An event type of a tenant. */
  record TypeName(String tenant, String name) {}
}
