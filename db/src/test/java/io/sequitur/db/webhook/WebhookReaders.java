package io.sequitur.db.webhook;

import org.jdbi.v3.core.Jdbi;

/** The reader of this package, for tests of others. */
public final class WebhookReaders {
  private WebhookReaders() {}

  public static WebhookReader of(Jdbi jdbi) {
    return new WebhookReader(jdbi);
  }
}
