package io.sequitur.api.webhook;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.delivery.BlockedLaneReader;
import io.sequitur.db.webhook.KeyValueStore;
import io.sequitur.db.webhook.WebhookRow;
import io.sequitur.db.webhook.WebhookStore;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.SigningSecret;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import io.sequitur.workflows.webhook.HeaderDefinition;
import io.sequitur.workflows.webhook.WebhookDefinition;
import io.sequitur.workflows.webhook.WebhookDefinitionReader;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Webhooks. */
@Controller("/v1/webhooks")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WebhookController {
  private final WebhookDefinitionReader reader;
  private final WebhookStore webhooks;
  private final KeyValueStore keyValues;
  private final BlockedLaneReader lanes;
  private final SecretBox secrets;
  private final Doorbell doorbell;
  private final KnownNames names;
  private final SecureRandom random = new SecureRandom();

  WebhookController(
      WebhookDefinitionReader reader,
      WebhookStore webhooks,
      KeyValueStore keyValues,
      BlockedLaneReader lanes,
      SecretBox secrets,
      Doorbell doorbell,
      KnownNames names) {
    this.reader = reader;
    this.webhooks = webhooks;
    this.keyValues = keyValues;
    this.lanes = lanes;
    this.secrets = secrets;
    this.doorbell = doorbell;
    this.names = names;
  }

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<WebhookBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    WebhookDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    requireKeyValues(tenant, definition);
    String given = definition.signingSecret();
    SigningSecret secret =
        given == null ? SigningSecret.generate(random) : SigningSecret.parse(given);
    PutOutcome outcome =
        webhooks.put(
            WebhookSettings.of(tenant, definition),
            Versions.expected(ifMatch),
            given != null,
            uid -> secrets.seal(secret.reveal(), Place.ofSigningKey(tenant, uid)));
    MutableHttpResponse<?> answer = Versions.answer(outcome, "The webhook " + name);
    WebhookRow row = find(tenant, name);
    // What waited for an inactive webhook, or for another configuration, may be due now.
    doorbell.dueNow(List.of(row.uid()));
    boolean created = outcome == PutOutcome.CREATED;
    return respond(answer, row, created ? secret.reveal() : null);
  }

  @Get("/{name}")
  MutableHttpResponse<WebhookBody> show(HttpRequest<?> request, String name) {
    return respond(HttpResponse.ok(), find(Caller.of(request).tenant(), name), null);
  }

  @Get
  Page<WebhookBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    List<WebhookRow> rows =
        webhooks.list(Caller.of(request).tenant(), page.after(), page.limit() + 1);
    return Page.of(
        rows, page, row -> row.settings().name(), row -> WebhookBody.of(row, null, null));
  }

  @Delete("/{name}")
  HttpResponse<?> delete(HttpRequest<?> request, String name) {
    String tenant = Caller.of(request).tenant();
    List<String> users = webhooks.users(tenant, name);
    if (!users.isEmpty()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The webhook " + name + " is used by the triggers " + String.join(", ", users) + ".");
    }
    if (!webhooks.delete(tenant, name)) {
      throw missing(tenant, name);
    }
    return HttpResponse.noContent();
  }

  /** Ends the state `disabled`; what was held goes on. */
  @Post("/{name}/enable")
  MutableHttpResponse<WebhookBody> enable(HttpRequest<?> request, String name) {
    Caller caller = Caller.of(request);
    String tenant = caller.tenant();
    long uid =
        webhooks.enable(tenant, name, caller.name()).orElseThrow(() -> missing(tenant, name));
    doorbell.usableAgain(uid);
    return respond(HttpResponse.ok(), find(tenant, name), null);
  }

  private void requireKeyValues(String tenant, WebhookDefinition definition) {
    List<String> named =
        definition.headers().stream()
            .map(HeaderDefinition::keyValue)
            .filter(Objects::nonNull)
            .toList();
    List<String> missing = keyValues.missing(tenant, named);
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < definition.headers().size(); i++) {
      String keyValue = definition.headers().get(i).keyValue();
      if (keyValue != null && missing.contains(keyValue)) {
        problems.add(
            new Problem(
                "/headers/" + i + "/keyValue",
                names.sentence(tenant, NameReader.Kind.KEY_VALUE, keyValue)));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
  }

  private WebhookRow find(String tenant, String name) {
    return webhooks.find(tenant, name).orElseThrow(() -> missing(tenant, name));
  }

  private MutableHttpResponse<WebhookBody> respond(
      MutableHttpResponse<?> base, WebhookRow row, @Nullable String signingSecret) {
    return base.header("ETag", Versions.etag(row.version()))
        .body(WebhookBody.of(row, lanes.of(row.uid()).orElse(null), signingSecret));
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.WEBHOOK, name);
  }
}
