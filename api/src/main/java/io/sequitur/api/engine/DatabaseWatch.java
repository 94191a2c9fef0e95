package io.sequitur.api.engine;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that the database cannot be used, and why, and once that it can be used again. */
@Singleton
public final class DatabaseWatch {
  private static final Logger log = LoggerFactory.getLogger(DatabaseWatch.class);
  private static final String FINE = "";

  private final Settings settings;
  private final AtomicReference<String> trouble = new AtomicReference<>(FINE);

  DatabaseWatch(Settings settings) {
    this.settings = settings;
  }

  /** Somebody who asks all the time, and will ask again, got this instead of an answer. */
  public void failed(JdbiException e) {
    String reason = reason(e);
    if (!trouble.getAndSet(reason).equals(reason)) {
      log.warn(
          "the database {} cannot be used: {}; publishers get 503, what was acknowledged waits, and all goes on by itself when it can",
          settings.database(),
          reason);
    }
  }

  /** It answered. */
  public void answered() {
    if (!trouble.getAndSet(FINE).equals(FINE)) {
      log.info("the database can be used again");
    }
  }

  // The pool's own message tells only that it has no connection; the driver's tells why.
  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause().getMessage() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
