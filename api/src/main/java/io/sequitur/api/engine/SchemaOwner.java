package io.sequitur.api.engine;

import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.cache.CacheTriggers;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The owner of the schema, where this process knows him: only in {@code dev}. In production he
 * comes with {@code migrate} and {@code apply}, and the processes own nothing.
 */
public record SchemaOwner(Optional<DatabaseAddress> address) {
  private static final Logger log = LoggerFactory.getLogger(SchemaOwner.class);

  /** Nobody. */
  public static final SchemaOwner UNKNOWN = new SchemaOwner(Optional.empty());

  /** Makes the triggers of users' caches, if that can be done here; else they stay pending. */
  public void attachCaches() {
    try {
      address.ifPresent(
          owner -> CacheTriggers.attach(owner).forEach(problem -> log.warn("{}", problem)));
    } catch (JdbiException e) {
      log.warn("the triggers of caches were not made: {}", e.getMessage());
    }
  }
}
