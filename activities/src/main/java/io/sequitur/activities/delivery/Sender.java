package io.sequitur.activities.delivery;

import io.sequitur.activities.delivery.Results.Sent;
import io.sequitur.activities.delivery.http.EgressClient;
import io.sequitur.activities.delivery.http.EgressRequest;
import io.sequitur.activities.delivery.http.EgressResult;
import io.sequitur.activities.webhook.CompiledWebhook;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.Claim;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.AttemptStamp;
import io.sequitur.workflows.delivery.FailureClass;
import io.sequitur.workflows.delivery.RequestHeaders;
import io.sequitur.workflows.delivery.StandardWebhooks;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Signs one attempt and sends it. What is signed is what is sent: the same array of bytes. */
final class Sender {
  private final EgressClient egress;
  private final Clock clock;

  Sender(EgressClient egress, Clock clock) {
    this.egress = egress;
    this.clock = clock;
  }

  Sent send(Claim claim, CompiledWebhook webhook) {
    CompiledWebhook.Target target = webhook.target();
    if (target == null) {
      String problem =
          Objects.requireNonNull(webhook.problem(), "a webhook without a target has a problem");
      return new Sent(
          Failed.without(FailureClass.CONFIG, problem),
          Duration.ZERO,
          Duration.ZERO,
          null,
          List.of());
    }
    byte[] body = claim.event().body().getBytes(StandardCharsets.UTF_8);
    RequestHeaders headers = headers(claim, webhook, target, body);
    EgressResult result =
        egress.send(
            new EgressRequest(
                target.url(), headers.list(), body, webhook.timeout(), target.authorities()));
    return new Sent(
        result.outcome(),
        result.duration(),
        result.receivers(),
        result.responseBody(),
        headers.masked());
  }

  private RequestHeaders headers(
      Claim claim, CompiledWebhook webhook, CompiledWebhook.Target target, byte[] body) {
    String id = Ids.event(claim.eventId());
    Instant now = clock.instant();
    String signature = StandardWebhooks.sign(id, now, body, target.keys());
    AttemptStamp stamp =
        new AttemptStamp(
            id,
            now,
            signature,
            webhook.name(),
            claim.number(),
            webhook.configVersion(),
            claim.event().partitionKey(),
            claim.position(),
            claim.replay() == null ? null : Ids.replay(claim.replay()));
    return RequestHeaders.ofDelivery(stamp, target.headers());
  }
}
