package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.sequitur.activities.Telemetry;
import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.api.access.Caller;
import io.sequitur.db.Ids;
import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.delivery.DeliveryFactsRow;
import io.sequitur.db.delivery.DeliveryReader;
import io.sequitur.db.delivery.OperatorStore;
import io.sequitur.db.delivery.OperatorStore.Action;
import io.sequitur.db.delivery.OperatorStore.Actor;
import io.sequitur.db.delivery.OperatorStore.Result;
import io.sequitur.workflows.delivery.AvailableAction;
import io.sequitur.workflows.delivery.DeliveryAction;
import io.sequitur.workflows.delivery.DeliveryFacts;
import io.sequitur.workflows.delivery.DeliveryFacts.WebhookUse;
import io.sequitur.workflows.delivery.DeliveryState;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Retry, cancel and skip: decides what can be done, does it, and rings for what became due. */
@Singleton
final class Operator {
  /** Changed in one transaction: it holds the locks of so many lanes for a moment. */
  private static final int CHUNK = 500;

  private final OperatorStore store;
  private final DeliveryReader deliveries;
  private final Doorbell doorbell;
  private final Telemetry telemetry;

  Operator(OperatorStore store, DeliveryReader deliveries, Doorbell doorbell, Telemetry telemetry) {
    this.store = store;
    this.deliveries = deliveries;
    this.doorbell = doorbell;
    this.telemetry = telemetry;
  }

  /**
   * What became of many.
   *
   * @param matched how many the filter found
   * @param count how many were, or would be, changed
   * @param refused why the others were not, and how many each
   */
  record Bulk(int matched, int count, Map<String, Integer> refused) {}

  /** What can be done to one; empty when there is none. */
  List<AvailableAction> available(String tenant, DeliveryId id) {
    return store.facts(tenant, id).map(row -> AvailableAction.of(facts(row))).orElse(List.of());
  }

  /** Does it, if it can be done; empty when there is no such delivery. */
  Optional<Result> act(Caller caller, DeliveryAction action, DeliveryId id) {
    return act(caller, action, List.of(id)).stream().findFirst();
  }

  /** Does it to all that the filter finds, oldest changes first committed; or only counts them. */
  Bulk act(Caller caller, DeliveryAction action, DeliveryReader.Filter filter, boolean dryRun) {
    int matched = 0;
    int count = 0;
    Map<String, Integer> refused = new TreeMap<>();
    DeliveryReader.Filter rest = filter;
    while (true) {
      List<DeliveryId> ids = deliveries.ids(caller.tenant(), rest, CHUNK);
      for (Result result : dryRun ? tried(caller, action, ids) : act(caller, action, ids)) {
        matched++;
        count += result.changed() ? 1 : 0;
        if (result.refusal() != null) {
          refused.merge(withoutIds(result.refusal()), 1, Integer::sum);
        }
      }
      if (ids.size() < CHUNK) {
        return new Bulk(matched, count, refused);
      }
      rest = filter.after(ids.getLast());
    }
  }

  private List<Result> act(Caller caller, DeliveryAction action, Collection<DeliveryId> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    List<Result> results =
        store.act(
            new Actor(caller.tenant(), caller.name()),
            Action.valueOf(action.name()),
            ids,
            row -> refusal(action, row));
    Set<Long> changed =
        results.stream()
            .filter(Result::changed)
            .map(result -> result.facts().webhookUid())
            .collect(Collectors.toSet());
    if (action == DeliveryAction.RETRY) {
      doorbell.lookNow(changed);
    } else {
      doorbell.dueNow(changed);
    }
    if (action == DeliveryAction.SKIP) {
      telemetry.deadLettered(results.stream().filter(Result::changed).toList().size());
    }
    return results;
  }

  private List<Result> tried(Caller caller, DeliveryAction action, Collection<DeliveryId> ids) {
    return ids.isEmpty()
        ? List.of()
        : store.facts(caller.tenant(), ids).stream()
            .map(row -> {
              String refusal = refusal(action, row);
              return new Result(row, refusal, refusal == null);
            })
            .toList();
  }

  private static @Nullable String refusal(DeliveryAction action, DeliveryFactsRow row) {
    AvailableAction available = AvailableAction.of(action, facts(row));
    return available.available() ? null : available.reason();
  }

  private static DeliveryFacts facts(DeliveryFactsRow row) {
    return new DeliveryFacts(
        state(row.state()),
        row.underWay(),
        row.ending() == null ? null : state(row.ending()),
        WebhookUse.valueOf(row.webhookUse().toUpperCase(Locale.ROOT)),
        row.laned(),
        row.behind() == null ? null : Ids.delivery(row.behind(), row.webhookUid()));
  }

  private static DeliveryState state(String word) {
    return DeliveryState.of(word).orElseThrow(() -> new IllegalStateException("state " + word));
  }

  // The same reason for many, whichever delivery it is that they wait for.
  private static String withoutIds(String reason) {
    return reason.replaceAll("dlv_[0-9a-f]{32}_[0-9]+", "another");
  }
}
