package io.sequitur.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.sync.SyncLedger;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Needs;
import io.sequitur.api.access.Scope;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncStore.Part;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** The full set, as a platform pulls it: pages of one generation, stored and immutable. */
@Controller("/v1/sync-targets/{name}/triggers")
@ExecuteOn(TaskExecutors.BLOCKING)
final class PullController {
  private static final String GENERATION = "Sequitur-Generation";
  private static final int DEFAULT_LIMIT = 1000;
  private static final int MAX_LIMIT = 5000;

  private final SyncLedger ledger;
  private final SyncStore store;
  private final KnownNames names;

  PullController(SyncLedger ledger, SyncStore store, KnownNames names) {
    this.ledger = ledger;
    this.store = store;
    this.names = names;
  }

  /**
   * A page of a set.
   *
   * @param hash of the whole set
   * @param next the cursor of the next page; absent on the last
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record TriggerSetBody(
      long generation, String hash, List<JsonNode> items, @Nullable String next) {}

  /** Where a page begins. */
  private record Place(long generation, int from) {
    private static final String FORM = "[0-9]{1,18}:[0-9]{1,9}";

    String cursor() {
      byte[] text = (generation + ":" + from).getBytes(StandardCharsets.UTF_8);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    static Place of(String cursor) {
      String text;
      try {
        text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        text = "";
      }
      if (!text.matches(FORM)) {
        throw refused("cursor", "This cursor was not made by this server.");
      }
      String[] parts = text.split(":");
      return new Place(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
    }
  }

  @Get
  @Needs(Scope.SYNC)
  MutableHttpResponse<TriggerSetBody> pull(
      HttpRequest<?> request,
      String name,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor,
      @Header("If-None-Match") @Nullable String ifNoneMatch) {
    String tenant = Caller.of(request).tenant();
    int count = limit == null ? DEFAULT_LIMIT : limit;
    if (count < 1 || count > MAX_LIMIT) {
      throw refused("limit", "limit must be between 1 and " + MAX_LIMIT + ".");
    }
    if (cursor != null) {
      return page(tenant, name, Place.of(cursor), count);
    }
    SyncSet set = handOut(tenant, name);
    return holds(ifNoneMatch, set.hash())
        ? named(HttpResponse.notModified(), set.generation(), set.hash())
        : page(tenant, name, new Place(set.generation(), 0), count);
  }

  private SyncSet handOut(String tenant, String name) {
    return ledger
        .handOut(tenant, name)
        .map(SyncStanding::desired)
        .orElseThrow(() -> missing(tenant, name));
  }

  private MutableHttpResponse<TriggerSetBody> page(
      String tenant, String name, Place place, int count) {
    Part part =
        store
            .set(tenant, name, place.generation, place.from, count)
            .orElseThrow(() -> missing(tenant, name));
    List<String> items = part.items();
    if (items == null) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "Generation %d is no longer handed out: pull again without a cursor."
              .formatted(place.generation));
    }
    int end = place.from + items.size();
    return named(HttpResponse.ok(), place.generation, part.hash())
        .body(
            new TriggerSetBody(
                place.generation,
                part.hash(),
                items.stream().map(StoredJson::tree).toList(),
                end < part.size() ? new Place(place.generation, end).cursor() : null));
  }

  private static <T> MutableHttpResponse<T> named(
      MutableHttpResponse<T> answer, long generation, String hash) {
    return answer
        .header("ETag", Versions.etag(hash))
        .header(GENERATION, Long.toString(generation))
        .header("Cache-Control", "no-store");
  }

  private static boolean holds(@Nullable String ifNoneMatch, String hash) {
    return ifNoneMatch != null
        && Arrays.stream(ifNoneMatch.split(","))
            .map(tag -> tag.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", ""))
            .anyMatch(hash::equals);
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.SYNC_TARGET, name);
  }

  private static ProblemException refused(String parameter, String detail) {
    return new ProblemException(
        ProblemType.MALFORMED, detail, List.of(new Problem("/" + parameter, detail)));
  }
}
