package io.sequitur.api.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.Ids;
import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.delivery.DeliveryReader;
import io.sequitur.db.delivery.DeliveryView;
import io.sequitur.workflows.temporal.WorkflowIds;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Deliveries and their attempts. */
@Controller("/v1/deliveries")
@ExecuteOn(TaskExecutors.BLOCKING)
final class DeliveryController {
  private static final Set<String> STATES =
      Set.of(
          "pending",
          "delivered",
          "retrying",
          "waiting",
          "held",
          "blocked",
          "exhausted",
          "skipped",
          "cancelled");

  private final DeliveryReader deliveries;

  DeliveryController(DeliveryReader deliveries) {
    this.deliveries = deliveries;
  }

  /** A delivery in a list. */
  record DeliverySummary(
      String id,
      String event,
      String type,
      String webhook,
      String state,
      @JsonProperty("class") @Nullable String failureClass,
      int attemptCount,
      @Nullable Instant nextAttemptAt,
      Instant createdAt,
      Instant updatedAt) {
    static DeliverySummary of(DeliveryView row) {
      return new DeliverySummary(
          Ids.delivery(row.eventId(), row.webhookUid()),
          Ids.event(row.eventId()),
          row.type(),
          row.webhook(),
          row.state(),
          row.class_(),
          row.attempts(),
          row.nextAttemptAt(),
          row.createdAt(),
          row.updatedAt());
    }
  }

  /** One attempt; header values that come from secrets are masked. */
  record AttemptBody(
      int number,
      Instant at,
      @Nullable Integer status,
      @JsonProperty("class") @Nullable String failureClass,
      int durationMs,
      String configVersion,
      @JsonRawValue String requestHeaders,
      @Nullable String responseBody,
      @Nullable String hint) {
    static AttemptBody of(DeliveryView.Attempt row) {
      return new AttemptBody(
          row.number(),
          row.at(),
          row.status(),
          row.class_(),
          row.durationMs(),
          row.configVersion(),
          row.requestHeaders(),
          row.responseBody(),
          row.hint());
    }
  }

  /** The workflow that retries it. */
  record Workflow(String id) {}

  /** A delivery, whole. */
  record DeliveryBody(
      String id,
      String event,
      String type,
      String webhook,
      String state,
      @JsonProperty("class") @Nullable String failureClass,
      int attemptCount,
      @Nullable Instant nextAttemptAt,
      Instant createdAt,
      Instant updatedAt,
      Workflow workflow,
      List<AttemptBody> attempts) {}

  /** Newest events first. */
  @Get
  Page<DeliverySummary> list(
      HttpRequest<?> request,
      @QueryValue @Nullable String webhook,
      @QueryValue @Nullable String event,
      @QueryValue @Nullable String state,
      @QueryValue @Nullable String since,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    if (state != null && !STATES.contains(state)) {
      throw new ProblemException(
          ProblemType.MALFORMED,
          "state must be one of " + String.join(", ", STATES.stream().sorted().toList()) + ".");
    }
    DeliveryId before = page.after().isEmpty() ? null : deliveryId(page.after());
    var filter =
        new DeliveryReader.Filter(
            webhook,
            event == null ? null : eventId(event),
            state,
            since == null ? null : instant(since),
            before);
    List<DeliveryView> rows =
        deliveries.list(Caller.of(request).tenant(), filter, page.limit() + 1);
    return Page.of(
        rows, page, row -> Ids.delivery(row.eventId(), row.webhookUid()), DeliverySummary::of);
  }

  @Get("/{id}")
  DeliveryBody show(HttpRequest<?> request, String id) {
    DeliveryId delivery = deliveryId(id);
    DeliveryView row =
        deliveries.find(Caller.of(request).tenant(), delivery).orElseThrow(() -> missing(id));
    DeliverySummary s = DeliverySummary.of(row);
    return new DeliveryBody(
        s.id,
        s.event,
        s.type,
        s.webhook,
        s.state,
        s.failureClass,
        s.attemptCount,
        s.nextAttemptAt,
        s.createdAt,
        s.updatedAt,
        new Workflow(WorkflowIds.webhook(row.webhookUid())),
        deliveries.attempts(delivery).stream().map(AttemptBody::of).toList());
  }

  private static DeliveryId deliveryId(String id) {
    DeliveryId delivery = Ids.parseDelivery(id);
    if (delivery == null) {
      throw missing(id);
    }
    return delivery;
  }

  private static UUID eventId(String id) {
    UUID event = Ids.parseEvent(id);
    if (event == null) {
      throw new ProblemException(
          ProblemType.MALFORMED, "event must be an event's id, like evt_ and 32 digits.");
    }
    return event;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ProblemException(
          ProblemType.MALFORMED, "since must be a time like 2026-11-21T09:00:00Z.");
    }
  }

  private static ProblemException missing(String id) {
    return new ProblemException(
        ProblemType.NOT_FOUND,
        "There is no delivery " + (id.length() > 80 ? "of this id" : id) + ".");
  }
}
