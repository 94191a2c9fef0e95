package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
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
import io.sequitur.db.delivery.OperatorStore.Result;
import io.sequitur.workflows.delivery.AvailableAction;
import io.sequitur.workflows.delivery.DeliveryAction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Deliveries, their attempts, and what an operator can do. */
@Controller("/v1/deliveries")
@ExecuteOn(TaskExecutors.BLOCKING)
final class DeliveryController {
  private final DeliveryReader deliveries;
  private final Operator operator;
  private final DeliveryReasons reasons;

  DeliveryController(DeliveryReader deliveries, Operator operator, DeliveryReasons reasons) {
    this.deliveries = deliveries;
    this.operator = operator;
    this.reasons = reasons;
  }

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
    if (state != null) {
      BulkReader.stateProblem(state).ifPresent(DeliveryController::refuse);
    }
    var filter =
        new DeliveryReader.Filter(
            webhook,
            event == null ? null : eventId(event),
            BulkReader.states(state),
            since == null ? null : instant(since),
            null,
            page.after(Ids::parseDelivery));
    List<DeliveryView> rows =
        deliveries.list(Caller.of(request).tenant(), filter, page.limit() + 1);
    return Page.of(
        rows, page, row -> Ids.delivery(row.eventId(), row.webhookUid()), DeliverySummary::of);
  }

  @Get("/{id}")
  DeliveryBody show(HttpRequest<?> request, String id) {
    return body(Caller.of(request).tenant(), deliveryId(id));
  }

  /** Attempts it now. */
  @Post("/{id}/retry")
  @Consumes(MediaType.ALL)
  HttpResponse<DeliveryBody> retry(HttpRequest<?> request, String id) {
    return act(request, DeliveryAction.RETRY, id);
  }

  /** Gives it up. */
  @Post("/{id}/cancel")
  @Consumes(MediaType.ALL)
  HttpResponse<DeliveryBody> cancel(HttpRequest<?> request, String id) {
    return act(request, DeliveryAction.CANCEL, id);
  }

  /** Lets its lane go on without it. */
  @Post("/{id}/skip")
  @Consumes(MediaType.ALL)
  HttpResponse<DeliveryBody> skip(HttpRequest<?> request, String id) {
    return act(request, DeliveryAction.SKIP, id);
  }

  // 202: an attempt is under way, and what was asked for follows when it is over.
  private HttpResponse<DeliveryBody> act(HttpRequest<?> request, DeliveryAction action, String id) {
    Caller caller = Caller.of(request);
    DeliveryId delivery = deliveryId(id);
    Result result = operator.act(caller, action, delivery).orElseThrow(() -> missing(id));
    if (result.refusal() != null) {
      throw new ProblemException(ProblemType.CONFLICT, result.refusal());
    }
    DeliveryBody body = body(caller.tenant(), delivery);
    boolean later = result.facts().underWay() && action != DeliveryAction.RETRY;
    return later ? HttpResponse.accepted().body(body) : HttpResponse.ok(body);
  }

  private DeliveryBody body(String tenant, DeliveryId id) {
    DeliveryView row = deliveries.find(tenant, id).orElseThrow(() -> missing(id.toString()));
    List<AvailableAction> available = operator.available(tenant, id);
    return DeliveryBody.of(
        row,
        reasons.of(row, available),
        available,
        deliveries.actions(id),
        deliveries.attempts(id));
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
    Instant time = BulkReader.instant(text);
    if (time == null) {
      throw new ProblemException(
          ProblemType.MALFORMED, "since must be a time like 2026-11-21T09:00:00Z.");
    }
    return time;
  }

  private static void refuse(String detail) {
    throw new ProblemException(ProblemType.MALFORMED, detail);
  }

  private static ProblemException missing(String id) {
    return new ProblemException(
        ProblemType.NOT_FOUND,
        "There is no delivery " + (id.length() > 80 ? "of this id" : id) + ".");
  }
}
