package io.sequitur.api.sync;

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
import io.sequitur.activities.sync.SyncLedger;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Overlap;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.db.sync.SyncTargetStore;
import io.sequitur.workflows.catalogue.Fields;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.SigningSecret;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncTargetDefinition;
import io.sequitur.workflows.sync.SyncTargetDefinitionReader;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Sync targets as users declare them. */
@Controller("/v1/sync-targets")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SyncTargetController {
  private final SyncTargetDefinitionReader reader;
  private final SyncTargetStore targets;
  private final SyncLedger ledger;
  private final SecretBox secrets;
  private final KnownNames names;
  private final SecureRandom random = new SecureRandom();

  SyncTargetController(
      SyncTargetDefinitionReader reader,
      SyncTargetStore targets,
      SyncLedger ledger,
      SecretBox secrets,
      KnownNames names) {
    this.reader = reader;
    this.targets = targets;
    this.ledger = ledger;
    this.secrets = secrets;
    this.names = names;
  }

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<SyncTargetBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    SyncTargetDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    String given = definition.signingSecret();
    SigningSecret secret =
        given == null ? SigningSecret.generate(random) : SigningSecret.parse(given);
    PutOutcome outcome =
        targets.put(
            tenant,
            SyncTargetSettings.of(definition),
            Versions.expected(ifMatch),
            given != null,
            uid -> secrets.seal(secret.reveal(), Place.ofSyncKey(tenant, uid)));
    MutableHttpResponse<?> answer = Versions.answer(outcome, "The sync target " + name);
    return respond(answer, tenant, name, outcome == PutOutcome.CREATED ? secret.reveal() : null);
  }

  @Get("/{name}")
  MutableHttpResponse<SyncTargetBody> show(HttpRequest<?> request, String name) {
    return respond(HttpResponse.ok(), Caller.of(request).tenant(), name, null);
  }

  @Get
  Page<SyncTargetBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    String tenant = Caller.of(request).tenant();
    List<SyncTargetRow> rows = targets.list(tenant, page.after(), page.limit() + 1);
    return Page.of(rows, page, SyncTargetRow::name, row -> body(tenant, row, null));
  }

  @Delete("/{name}")
  HttpResponse<?> delete(HttpRequest<?> request, String name) {
    String tenant = Caller.of(request).tenant();
    List<String> users = targets.users(tenant, name);
    if (!users.isEmpty()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The sync target " + name + " is used by the triggers " + String.join(", ", users) + ".");
    }
    if (!targets.delete(tenant, name)) {
      throw missing(tenant, name);
    }
    return HttpResponse.noContent();
  }

  /**
   * The new key.
   *
   * @param signingSecret shown this once
   * @param previousUntil until when the keys before sign beside it
   */
  record RotatedTargetBody(String name, String signingSecret, Instant previousUntil) {}

  /** The next notice is signed with the new key too. */
  @Post("/{name}/rotate-secret")
  @Consumes(MediaType.ALL)
  RotatedTargetBody rotate(HttpRequest<?> request, String name) {
    Caller caller = Caller.of(request);
    String tenant = caller.tenant();
    Duration overlap = overlap(RequestBytes.of(request));
    SigningSecret secret = SigningSecret.generate(random);
    Instant until =
        targets
            .rotate(
                tenant,
                name,
                caller.name(),
                uid -> secrets.seal(secret.reveal(), Place.ofSyncKey(tenant, uid)),
                overlap)
            .orElseThrow(() -> missing(tenant, name));
    return new RotatedTargetBody(name, secret.reveal(), until);
  }

  private static Duration overlap(byte[] body) {
    if (body.length == 0) {
      return Overlap.USUAL;
    }
    List<Problem> problems = new ArrayList<>();
    Duration overlap = Overlap.of(Fields.of(StrictJson.tree(body), "", problems, Overlap.FIELD));
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
    return overlap;
  }

  private MutableHttpResponse<SyncTargetBody> respond(
      MutableHttpResponse<?> base, String tenant, String name, @Nullable String signingSecret) {
    SyncTargetRow row = targets.find(tenant, name).orElseThrow(() -> missing(tenant, name));
    return base.header("ETag", Versions.etag(row.version())).body(body(tenant, row, signingSecret));
  }

  // CLEAN may be shown only if no committed change lacks a generation: so it is given one.
  private SyncTargetBody body(String tenant, SyncTargetRow row, @Nullable String signingSecret) {
    SyncStanding standing =
        ledger.settle(tenant, row.name()).orElseThrow(() -> missing(tenant, row.name()));
    return SyncTargetBody.of(row, standing, signingSecret);
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.SYNC_TARGET, name);
  }
}
