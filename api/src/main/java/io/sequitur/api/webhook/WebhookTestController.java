package io.sequitur.api.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.api.access.Caller;
import io.sequitur.api.delivery.DeliveryReasons;
import io.sequitur.api.delivery.LoggedAttempt;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.Ids;
import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.delivery.DeliveryReader;
import io.sequitur.db.webhook.WebhookRow;
import io.sequitur.db.webhook.WebhookStore;
import io.sequitur.db.webhook.WebhookTestStore;
import io.sequitur.workflows.delivery.RetrySchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends one event to a webhook, the way every event goes, and answers with what came of it. */
@Controller("/v1/webhooks/{name}/test")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WebhookTestController {
  /** Beyond the webhook's own time-out: ringing, a place on the wire, recording. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration LOOK = Duration.ofMillis(25);

  private final WebhookStore webhooks;
  private final WebhookTestStore tests;
  private final DeliveryReader deliveries;
  private final DeliveryReasons reasons;
  private final Doorbell doorbell;
  private final KnownNames names;
  private final Clock clock;

  WebhookTestController(
      WebhookStore webhooks,
      WebhookTestStore tests,
      DeliveryReader deliveries,
      DeliveryReasons reasons,
      Doorbell doorbell,
      KnownNames names,
      Clock clock) {
    this.webhooks = webhooks;
    this.tests = tests;
    this.deliveries = deliveries;
    this.reasons = reasons;
    this.doorbell = doorbell;
    this.names = names;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param attempt null when it has not ended within the time that a request may take
   * @param reason then, why not; null when it is on the wire
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TestedBody(
      String event, String delivery, @Nullable LoggedAttempt attempt, @Nullable String reason) {}

  /** 202: the attempt has not ended yet. */
  @Post
  @Consumes(MediaType.ALL)
  HttpResponse<TestedBody> test(HttpRequest<?> request, String name) throws InterruptedException {
    String tenant = Caller.of(request).tenant();
    WebhookRow webhook =
        webhooks
            .find(tenant, name)
            .orElseThrow(() -> names.missing(tenant, NameReader.Kind.WEBHOOK, name));
    requireUsable(webhook);
    DeliveryId delivery =
        tests
            .send(webhook.uid(), RetrySchedule.USED_UP)
            .orElseThrow(() -> names.missing(tenant, NameReader.Kind.WEBHOOK, name));
    doorbell.lookNow(List.of(webhook.uid()));
    Optional<LoggedAttempt> attempt =
        await(tenant, delivery, PATIENCE.plusMillis(webhook.settings().timeoutMs()));
    TestedBody body =
        new TestedBody(
            Ids.event(delivery.event()),
            delivery.toString(),
            attempt.orElse(null),
            attempt.isPresent() ? null : reasons.of(tenant, delivery));
    return attempt.isPresent() ? HttpResponse.ok(body) : HttpResponse.accepted().body(body);
  }

  private static void requireUsable(WebhookRow webhook) {
    if (!webhook.settings().active()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The webhook is inactive, so nothing is sent. Set `active` to true first.");
    }
    if (webhook.state().status().equals("disabled")) {
      throw new ProblemException(
          ProblemType.CONFLICT, "The webhook is disabled, so nothing is sent. Enable it first.");
    }
  }

  private Optional<LoggedAttempt> await(String tenant, DeliveryId delivery, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    Instant latest = clock.instant().plus(limit);
    while (true) {
      Optional<LoggedAttempt> attempt =
          deliveries.attempts(delivery).stream().findFirst().map(LoggedAttempt::of);
      if (attempt.isPresent() || System.nanoTime() - end >= 0 || waits(tenant, delivery, latest)) {
        return attempt;
      }
      Thread.sleep(LOOK);
    }
  }

  /** Whether it is known that nothing is sent before then. */
  private boolean waits(String tenant, DeliveryId delivery, Instant latest) {
    return deliveries
        .find(tenant, delivery)
        .filter(row -> !row.underWay() && row.nextAttemptAt() != null)
        .map(row -> latest.isBefore(row.nextAttemptAt()))
        .orElse(false);
  }
}
