package io.sequitur.api.webhook;

import io.sequitur.db.webhook.WebhookRow;
import io.sequitur.db.webhook.WebhookRow.Settings;
import io.sequitur.workflows.delivery.RetrySchedule;
import io.sequitur.workflows.webhook.RateLimit;
import io.sequitur.workflows.webhook.WebhookDefinition;
import java.util.Locale;

/** A definition as it is stored. */
public final class WebhookSettings {
  private WebhookSettings() {}

  public static Settings of(String tenant, WebhookDefinition d) {
    RateLimit rate = d.rateLimit();
    return new Settings(
        tenant,
        d.name(),
        d.url(),
        d.description() == null ? "" : d.description(),
        d.active(),
        // No events: no trigger of its own.
        d.events().isEmpty() ? null : d.events(),
        d.filter(),
        d.headers().stream()
            .map(h -> new WebhookRow.Header(h.name(), h.value(), h.keyValue()))
            .toList(),
        d.ordered(),
        d.onExhausted().name().toLowerCase(Locale.ROOT),
        (d.retry() == null ? RetrySchedule.DEFAULT : RetrySchedule.parse(d.retry())).toString(),
        (int) d.timeout().toMillis(),
        d.maxConcurrency(),
        rate == null ? null : rate.count(),
        rate == null ? null : (int) rate.per().toMillis(),
        d.certificateAuthority());
  }
}
