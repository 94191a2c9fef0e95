package io.sequitur.db.webhook;

import io.sequitur.db.Ids.DeliveryId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Makes events that test a webhook. */
@Singleton
public final class WebhookTestStore {
  // Whoever tests a webhook wants to know now: of what is due it goes first, so that behind an open
  // breaker it is the probe. Index: delivery_open_pkey.
  private static final String FIRST =
      """
      update delivery_open set next_attempt_at = now() - interval '1 day' where event_id = :event and webhook_uid = :webhook
      """;

  private final Jdbi jdbi;

  WebhookTestStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Makes one event and its one delivery, due before all others; whoever rings the webhook gets it
   * attempted.
   *
   * @param place in the retry schedule, behind its end
   * @return empty when the webhook is gone
   */
  public Optional<DeliveryId> send(long webhook, int place) {
    return jdbi.inTransaction(handle -> {
      Optional<UUID> made =
          handle
              .createQuery("select test_webhook(:webhook, :place)")
              .bind("webhook", webhook)
              .bind("place", place)
              .mapTo(UUID.class)
              .findOne();
      made.ifPresent(event ->
          handle.createUpdate(FIRST).bind("event", event).bind("webhook", webhook).execute());
      return made.map(event -> new DeliveryId(event, webhook));
    });
  }
}
