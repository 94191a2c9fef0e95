package io.sequitur.api.delivery;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.delivery.BulkReader.BulkRequest;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.webhook.WebhookStore;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.DeliveryAction;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.util.List;

/** The same actions for all deliveries that a filter finds. */
@Controller("/v1/deliveries")
@ExecuteOn(TaskExecutors.BLOCKING)
final class BulkActionController {
  private final Operator operator;
  private final WebhookStore webhooks;
  private final KnownNames names;

  BulkActionController(Operator operator, WebhookStore webhooks, KnownNames names) {
    this.operator = operator;
    this.webhooks = webhooks;
    this.names = names;
  }

  /**
   * What was done.
   *
   * @param matched how many deliveries the filter found
   * @param count how many of them were changed, or would be
   * @param refused why the others were not
   */
  record BulkBody(String action, boolean dryRun, int matched, int count, List<Refused> refused) {}

  /** How many were not changed for this reason. */
  record Refused(String reason, int count) {}

  @Post("/retry")
  @Consumes(MediaType.ALL)
  BulkBody retry(HttpRequest<?> request) {
    return act(request, DeliveryAction.RETRY);
  }

  @Post("/cancel")
  @Consumes(MediaType.ALL)
  BulkBody cancel(HttpRequest<?> request) {
    return act(request, DeliveryAction.CANCEL);
  }

  @Post("/skip")
  @Consumes(MediaType.ALL)
  BulkBody skip(HttpRequest<?> request) {
    return act(request, DeliveryAction.SKIP);
  }

  private BulkBody act(HttpRequest<?> request, DeliveryAction action) {
    Caller caller = Caller.of(request);
    BulkRequest bulk = BulkReader.read(StrictJson.tree(RequestBytes.of(request)));
    Operator.Bulk done = operator.act(caller, action, bulk.filter(), bulk.dryRun());
    String webhook = bulk.filter().webhook();
    // A deleted webhook's deliveries are still found by its name; a misspelt one has none.
    if (done.matched() == 0
        && webhook != null
        && webhooks.find(caller.tenant(), webhook).isEmpty()) {
      throw new InvalidDefinition(
          List.of(
              new Problem(
                  "/webhook", names.sentence(caller.tenant(), NameReader.Kind.WEBHOOK, webhook))));
    }
    return new BulkBody(
        action.word(),
        bulk.dryRun(),
        done.matched(),
        done.count(),
        done.refused().entrySet().stream()
            .map(entry -> new Refused(entry.getKey(), entry.getValue()))
            .toList());
  }
}
