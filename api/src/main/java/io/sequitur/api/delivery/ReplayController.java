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
import io.sequitur.activities.delivery.ReplayBell;
import io.sequitur.api.access.Caller;
import io.sequitur.api.delivery.ReplayRequestReader.ReplayRequest;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.db.Ids;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.delivery.DelayReader;
import io.sequitur.db.delivery.OperatorStore.Actor;
import io.sequitur.db.delivery.ReplayReader;
import io.sequitur.db.delivery.ReplayStore;
import io.sequitur.db.delivery.ReplayView;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.delivery.ReplayAction;
import io.sequitur.workflows.delivery.ReplayState;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Replays: what was delivered, or given up, is sent once more. */
@Controller("/v1/replays")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ReplayController {
  /** Failed attempts that are shown. */
  private static final int FAILURES = 20;

  private final ReplayStore replays;
  private final ReplayReader reader;
  private final DelayReader delays;
  private final ReplayBell bell;
  private final KnownNames names;
  private final Clock clock;

  ReplayController(
      ReplayStore replays,
      ReplayReader reader,
      DelayReader delays,
      ReplayBell bell,
      KnownNames names,
      Clock clock) {
    this.replays = replays;
    this.reader = reader;
    this.delays = delays;
    this.bell = bell;
    this.names = names;
    this.clock = clock;
  }

  /**
   * What a replay would send.
   *
   * @param count how many deliveries
   * @param states the same by state
   */
  record ReplayCount(boolean dryRun, String webhook, long count, List<OfState> states) {}

  /** How many deliveries are in this state. */
  record OfState(String state, long count) {}

  /** Starts one, or only counts what it would send. */
  @Post
  @Consumes(MediaType.ALL)
  HttpResponse<?> start(HttpRequest<?> request) {
    Caller caller = Caller.of(request);
    ReplayRequest wanted =
        ReplayRequestReader.read(StrictJson.tree(RequestBytes.of(request)), clock.instant());
    if (wanted.dryRun()) {
      return HttpResponse.ok(count(caller, wanted));
    }
    UUID id =
        replays
            .start(actor(caller), wanted.window(), wanted.rate())
            .orElseThrow(() -> noWebhook(caller, wanted));
    bell.ring(List.of(id));
    return HttpResponse.created(body(caller, id));
  }

  private ReplayCount count(Caller caller, ReplayRequest wanted) {
    Map<String, Long> counts =
        replays
            .count(caller.tenant(), wanted.window())
            .orElseThrow(() -> noWebhook(caller, wanted));
    return new ReplayCount(
        true,
        wanted.window().webhook(),
        counts.values().stream().mapToLong(Long::longValue).sum(),
        counts.entrySet().stream()
            .map(entry -> new OfState(entry.getKey(), entry.getValue()))
            .toList());
  }

  /** Newest first. */
  @Get
  Page<ReplaySummary> list(
      HttpRequest<?> request,
      @QueryValue @Nullable String webhook,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    UUID before = page.after(Ids::parseReplay);
    List<ReplayView> rows =
        reader.list(Caller.of(request).tenant(), webhook, before, page.limit() + 1);
    return Page.of(rows, page, row -> Ids.replay(row.id()), ReplaySummary::of);
  }

  @Get("/{id}")
  ReplayBody show(HttpRequest<?> request, String id) {
    return body(Caller.of(request), id(id));
  }

  /** No further attempt of it starts. */
  @Post("/{id}/pause")
  @Consumes(MediaType.ALL)
  ReplayBody pause(HttpRequest<?> request, String id) {
    return act(request, ReplayAction.PAUSE, id);
  }

  /** It goes on. */
  @Post("/{id}/resume")
  @Consumes(MediaType.ALL)
  ReplayBody resume(HttpRequest<?> request, String id) {
    return act(request, ReplayAction.RESUME, id);
  }

  /** What it has not sent is not sent. */
  @Post("/{id}/cancel")
  @Consumes(MediaType.ALL)
  ReplayBody cancel(HttpRequest<?> request, String id) {
    return act(request, ReplayAction.CANCEL, id);
  }

  private ReplayBody act(HttpRequest<?> request, ReplayAction action, String id) {
    Caller caller = Caller.of(request);
    UUID replay = id(id);
    ReplayStore.Result result =
        replays
            .act(
                actor(caller),
                ReplayStore.Action.valueOf(action.name()),
                replay,
                state -> action.refusal(ReplayState.of(state)))
            .orElseThrow(() -> missing(id));
    if (result.refusal() != null) {
      throw new ProblemException(ProblemType.CONFLICT, result.refusal());
    }
    if (result.changed() && action == ReplayAction.RESUME) {
      bell.ring(List.of(replay));
    }
    return body(caller, replay);
  }

  private ReplayBody body(Caller caller, UUID id) {
    ReplayView row = reader.find(caller.tenant(), id).orElseThrow(() -> missing(Ids.replay(id)));
    return ReplayBody.of(
        row,
        reader.failures(id, FAILURES),
        delays.of(row.webhookUid()).orElse(null),
        clock.instant());
  }

  private static Actor actor(Caller caller) {
    return new Actor(caller.tenant(), caller.name());
  }

  private static UUID id(String text) {
    UUID id = Ids.parseReplay(text);
    if (id == null) {
      throw missing(text);
    }
    return id;
  }

  private static ProblemException missing(String id) {
    return new ProblemException(
        ProblemType.NOT_FOUND,
        "There is no replay " + (id.length() > 80 ? "of this id" : id) + ".");
  }

  private InvalidDefinition noWebhook(Caller caller, ReplayRequest wanted) {
    return new InvalidDefinition(
        List.of(
            new Problem(
                "/webhook",
                names.sentence(
                    caller.tenant(), NameReader.Kind.WEBHOOK, wanted.window().webhook()))));
  }
}
