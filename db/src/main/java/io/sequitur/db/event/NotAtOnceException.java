package io.sequitur.db.event;

import io.sequitur.db.event.Appended.TypeName;
import java.util.Set;

/** Nothing was stored: these events have to go by way of the outbox. */
public final class NotAtOnceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Set<TypeName> observed;

  NotAtOnceException(String reason, Set<TypeName> observed) {
    super(reason, null, false, false);
    this.observed = observed;
  }

  /** The types of those of them that a condition observes: the others would have gone. */
  public Set<TypeName> observed() {
    return observed;
  }
}
