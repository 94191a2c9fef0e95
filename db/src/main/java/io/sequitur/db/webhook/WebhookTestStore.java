package io.sequitur.db.webhook;

import io.sequitur.db.Ids.DeliveryId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Makes events that test a webhook. */
@Singleton
public final class WebhookTestStore {
  private final Jdbi jdbi;

  WebhookTestStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Makes one event and its one delivery, due now; whoever rings the webhook gets it attempted.
   *
   * @param place in the retry schedule, behind its end
   * @return empty when the webhook is gone
   */
  public Optional<DeliveryId> send(long webhook, int place) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("select test_webhook(:webhook, :place)")
            .bind("webhook", webhook)
            .bind("place", place)
            .mapTo(UUID.class)
            .findOne()
            .map(event -> new DeliveryId(event, webhook)));
  }
}
