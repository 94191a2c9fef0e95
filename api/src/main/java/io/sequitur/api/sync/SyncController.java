package io.sequitur.api.sync;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.sync.Acknowledgements;
import io.sequitur.activities.sync.Acknowledgements.Answer;
import io.sequitur.activities.sync.SyncLedger;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Needs;
import io.sequitur.api.access.Scope;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.sync.AckReader.AckRequest;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncStore.History;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.sync.SyncCause;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What platforms and operators do with sync targets. */
@Controller("/v1/sync-targets/{name}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SyncController {
  private final SyncLedger ledger;
  private final Acknowledgements acknowledgements;
  private final SyncStore store;
  private final SyncWaits waits;
  private final KnownNames names;

  SyncController(
      SyncLedger ledger,
      Acknowledgements acknowledgements,
      SyncStore store,
      SyncWaits waits,
      KnownNames names) {
    this.ledger = ledger;
    this.acknowledgements = acknowledgements;
    this.store = store;
    this.waits = waits;
    this.names = names;
  }

  /** Asks that the target be in sync; nothing leaves if it is. */
  @Post("/sync")
  @Consumes(MediaType.ALL)
  @Needs(Scope.SYNC)
  MutableHttpResponse<SyncBody> sync(
      HttpRequest<?> request, String name, @QueryValue @Nullable String wait) {
    SyncWaits.Until awaited = SyncWaits.Until.of(wait);
    String tenant = Caller.of(request).tenant();
    SyncStanding standing = settled(tenant, name);
    if (mayBeHastened(standing)) {
      standing =
          ledger
              .tell(tenant, name, new SyncCause.Request())
              .orElseThrow(() -> missing(tenant, name));
    }
    long asked = standing.newest().generation();
    if (!awaited.over(standing, asked) && isTold(tenant, name)) {
      standing =
          waits
              .await(tenant, name, at -> awaited.over(at, asked))
              .orElseThrow(() -> missing(tenant, name));
    }
    HttpStatus status = SyncWaits.isApplied(standing, asked) ? HttpStatus.OK : HttpStatus.ACCEPTED;
    return HttpResponse.<SyncBody>status(status).body(SyncBody.of(standing));
  }

  // One that nobody tells may pull by itself, some day.
  private boolean isTold(String tenant, String name) {
    return store.see(tenant, name).filter(seen -> seen.target().content().active()).isPresent();
  }

  // Whatever else it waits for comes by itself; a thousand requests need not queue for its lock.
  private static boolean mayBeHastened(SyncStanding standing) {
    return standing.state() == SyncState.NACKED
        || (standing.state() == SyncState.DIRTY && standing.failures() > 0);
  }

  /** Takes what the target says that it has; 409 if it cannot have that. */
  @Post("/acks")
  @Status(HttpStatus.OK)
  @Consumes(MediaType.ALL)
  @Needs(Scope.SYNC)
  SyncBody acknowledge(HttpRequest<?> request, String name) {
    String tenant = Caller.of(request).tenant();
    AckRequest ack = AckReader.ack(RequestBytes.of(request));
    Answer answer =
        acknowledgements
            .take(
                tenant,
                name,
                new Acknowledgements.Ack(
                    ack.generation(), ack.hash(), ack.notification(), ack.applied(), ack.detail()))
            .orElseThrow(() -> missing(tenant, name));
    return answered(tenant, name, answer);
  }

  // CLEAN may be answered only if no committed change lacks a generation, here too.
  private SyncBody answered(String tenant, String name, Answer answer) {
    return switch (answer) {
      case Answer.Taken unused -> SyncBody.of(settled(tenant, name));
      case Answer.Refused refused ->
          throw new ProblemException(ProblemType.CONFLICT, refused.reason());
    };
  }

  /** Lets the suppressed generation leave. */
  @Post("/confirm")
  @Status(HttpStatus.OK)
  @Consumes(MediaType.ALL)
  SyncBody confirm(HttpRequest<?> request, String name) {
    Caller caller = Caller.of(request);
    long generation = AckReader.confirmed(RequestBytes.of(request));
    // It confirms what is there now, or nothing.
    SyncStanding unused = settled(caller.tenant(), name);
    Answer answer =
        acknowledgements
            .confirm(caller.tenant(), name, generation, caller.name())
            .orElseThrow(() -> missing(caller.tenant(), name));
    return answered(caller.tenant(), name, answer);
  }

  /** One thing that happened to a target. */
  record HistoryEntry(
      Instant at,
      String event,
      String state,
      @Nullable Long generation,
      @Nullable String notificationId,
      @Nullable String detail) {
    static HistoryEntry of(History entry) {
      String id = entry.notificationId();
      return new HistoryEntry(
          entry.at(),
          entry.event(),
          entry.state(),
          entry.generation(),
          id == null ? null : "ntc_" + id.replace("-", ""),
          entry.detail());
    }
  }

  /** The newest first. */
  @Get("/history")
  Page<HistoryEntry> history(
      HttpRequest<?> request,
      String name,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    String tenant = Caller.of(request).tenant();
    if (store.see(tenant, name).isEmpty()) {
      throw missing(tenant, name);
    }
    Page.Request page = Page.Request.of(limit, cursor);
    List<History> entries = store.history(tenant, name, before(page.after()), page.limit() + 1);
    return Page.of(entries, page, entry -> Long.toString(entry.id()), HistoryEntry::of);
  }

  private static long before(String cursor) {
    if (cursor.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (!cursor.matches("[0-9]{1,18}")) {
      String detail = "This cursor was not made by this server.";
      throw new ProblemException(
          ProblemType.MALFORMED, detail, List.of(new Problem("/cursor", detail)));
    }
    return Long.parseLong(cursor);
  }

  private SyncStanding settled(String tenant, String name) {
    Optional<SyncStanding> standing = ledger.settle(tenant, name);
    return standing.orElseThrow(() -> missing(tenant, name));
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.SYNC_TARGET, name);
  }
}
