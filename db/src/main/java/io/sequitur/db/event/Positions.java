package io.sequitur.db.event;

import static io.sequitur.db.Sql.uuid;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sequitur.db.Digest128;
import io.sequitur.db.Sql;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The number of each event of a group within its key, as the rows of a routing need it. */
final class Positions {
  // The counter's row lock is the lock of the key's lanes: whoever ends a delivery of this key
  // waits for this transaction, or this one
  // waits for him and then sees what he did.
  private static final String COUNT_KEYS =
      """
      insert into key_counter as k (hash, last)
      select hash, n from json_to_recordset(cast(:rows as json)) as r(hash uuid, n bigint) order by hash
      on conflict (hash) do update set last = k.last + excluded.last
      returning hash, id, last
      """;

  private final Map<UUID, Place> byEvent;

  private Positions(Map<UUID, Place> byEvent) {
    this.byEvent = byEvent;
  }

  private record Place(long keyId, long position) {}

  record Route(
      UUID eventId,
      String tenant,
      @Nullable Long sequence,
      List<String> triggers,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Observed> conditions) {}

  record Delivery(
      UUID eventId,
      long webhookUid,
      String tenant,
      @Nullable Long keyId,
      @Nullable Long position,
      boolean firstOfLane,
      boolean claim) {}

  /** Numbers the events, which stand in the order of their routing; locks the counters. */
  static Positions of(Handle handle, List<PendingEvent> inOrder) {
    Map<UUID, UUID> hashes = new LinkedHashMap<>();
    for (PendingEvent event : inOrder) {
      String key = event.content().partitionKey();
      if (key != null) {
        hashes.put(event.id(), Digest128.of(event.tenant(), event.source(), key));
      }
    }
    if (hashes.isEmpty()) {
      return new Positions(Map.of());
    }
    Map<UUID, Counter> counters = count(handle, hashes.values());
    Map<UUID, Place> byEvent = new HashMap<>();
    hashes.forEach((event, hash) ->
        byEvent.put(
            event, Objects.requireNonNull(counters.get(hash), "every key was counted").next()));
    return new Positions(byEvent);
  }

  /** The counters as they were before this group. */
  private static Map<UUID, Counter> count(Handle handle, Collection<UUID> hashes) {
    record Row(UUID hash, long n) {}
    Map<UUID, Long> counts =
        hashes.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    Map<UUID, Counter> counters = new HashMap<>();
    handle
        .createQuery(COUNT_KEYS)
        .bind(
            "rows",
            Sql.rows(
                counts.entrySet().stream().map(e -> new Row(e.getKey(), e.getValue())).toList()))
        .map((rs, ctx) -> {
          UUID hash = uuid(rs, "hash");
          long before = rs.getLong("last") - counts.getOrDefault(hash, 0L);
          return counters.put(hash, new Counter(rs.getLong("id"), before));
        })
        .list();
    return counters;
  }

  private static final class Counter {
    private final long id;
    private long last;

    Counter(long id, long last) {
      this.id = id;
      this.last = last;
    }

    Place next() {
      last++;
      return new Place(id, last);
    }
  }

  List<Route> routes(
      List<RoutePlan> plans, Map<UUID, PendingEvent> byId, Map<UUID, List<Observed>> observed) {
    List<Route> routes = new ArrayList<>();
    for (RoutePlan plan : plans) {
      Place place = byEvent.get(plan.eventId());
      String tenant = Objects.requireNonNull(byId.get(plan.eventId())).tenant();
      routes.add(
          new Route(
              plan.eventId(),
              tenant,
              place == null ? null : place.position,
              plan.triggers(),
              observed.get(plan.eventId())));
    }
    return routes;
  }

  /**
   * Plans stand in routing order, so the first delivery of a lane is the one with the lowest
   * position.
   */
  List<Delivery> targets(List<RoutePlan> plans, Map<UUID, PendingEvent> byId) {
    record Lane(long webhook, long key) {}
    Set<Lane> seen = new HashSet<>();
    List<Delivery> targets = new ArrayList<>();
    for (RoutePlan plan : plans) {
      Place place = byEvent.get(plan.eventId());
      String tenant = Objects.requireNonNull(byId.get(plan.eventId())).tenant();
      for (RoutePlan.Target target : plan.targets()) {
        boolean first = place == null || seen.add(new Lane(target.webhookUid(), place.keyId));
        Long keyId = place == null ? null : place.keyId;
        Long position = place == null ? null : place.position;
        targets.add(
            new Delivery(
                plan.eventId(),
                target.webhookUid(),
                tenant,
                keyId,
                position,
                first,
                target.claim()));
      }
    }
    return targets;
  }
}
