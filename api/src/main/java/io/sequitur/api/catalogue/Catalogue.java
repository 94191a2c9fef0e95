package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.api.document.Document;
import io.sequitur.api.document.PlacedProblem;
import io.sequitur.api.engine.SchemaOwner;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.CatalogueTransactions;
import io.sequitur.db.webhook.WebhookStore;
import io.sequitur.workflows.catalogue.CacheDefinition;
import io.sequitur.workflows.catalogue.EventTypeDefinition;
import io.sequitur.workflows.catalogue.KeyValueDefinition;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.sync.SyncTargetDefinition;
import io.sequitur.workflows.webhook.WebhookDefinition;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** Compares files with what stands, and makes it stand as they say. */
@Singleton
final class Catalogue {
  private final DeclaredReader reader;
  private final CatalogueTransactions transactions;
  private final EventTypeKind eventTypes;
  private final KeyValueKind keyValues;
  private final WebhookKind webhooks;
  private final SyncTargetKind syncTargets;
  private final CacheKind caches;
  private final TriggerKind triggers;
  private final Doorbell doorbell;
  private final SchemaOwner owner;

  Catalogue(
      DeclaredReader reader,
      CatalogueTransactions transactions,
      EventTypeKind eventTypes,
      KeyValueKind keyValues,
      WebhookKind webhooks,
      SyncTargetKind syncTargets,
      CacheKind caches,
      TriggerKind triggers,
      Doorbell doorbell,
      SchemaOwner owner) {
    this.reader = reader;
    this.transactions = transactions;
    this.eventTypes = eventTypes;
    this.keyValues = keyValues;
    this.webhooks = webhooks;
    this.syncTargets = syncTargets;
    this.caches = caches;
    this.triggers = triggers;
    this.doorbell = doorbell;
    this.owner = owner;
  }

  /**
   * What a file changes.
   *
   * @param signingSecrets that were made for its new webhooks and sync targets
   * @param version of the whole catalogue: as it was compared, or as it is now
   */
  record Result(List<Change> changes, Map<String, String> signingSecrets, String version) {}

  /**
   * What {@link #apply} would do now.
   *
   * @throws InvalidCatalogue with all problems
   */
  Result plan(String tenant, Document document, boolean prune) {
    Request request = read(tenant, document, prune);
    return transactions.read(handle ->
        new Result(compare(handle, request).all(), Map.of(), transactions.version(handle, tenant)));
  }

  /**
   * Does it, in one transaction. What somebody else changed since the call began is a conflict, not
   * overwritten.
   *
   * @param terms under which it is done
   * @throws InvalidCatalogue with all problems; then nothing was changed
   * @throws ProblemException when the catalogue has another version
   */
  Result apply(String tenant, Document document, boolean prune, Terms terms) {
    String base = transactions.version(tenant);
    terms.requirePlanned(base);
    Request request = read(tenant, document, prune);
    List<Long> changed = new ArrayList<>();
    Result result = write(request, base, terms, changed);
    if (hasCaches(result.changes())) {
      owner.attachCaches();
    }
    // What waited for an inactive webhook, or for another configuration, may be due now.
    doorbell.dueNow(changed);
    return result;
  }

  /**
   * What a caller asks of an apply.
   *
   * @param planned the version that was planned against; null for the one that stands
   * @param allow refuses, by an exception, what the caller may not do
   */
  record Terms(@Nullable String planned, Consumer<List<Change>> allow) {
    void requirePlanned(String version) {
      if (planned != null && !planned.equals(version)) {
        throw Versions.stale("The catalogue");
      }
    }
  }

  /** A file, and the version of what it was made of. */
  record Exported(ObjectNode file, String version) {}

  /** Everything that stands, as a file, by name. */
  Exported export(String tenant) {
    return transactions.read(handle -> {
      ObjectNode file = Shape.object();
      for (Kind<?, ?> kind :
          List.of(eventTypes, keyValues, webhooks, syncTargets, caches, triggers)) {
        file.set(kind.plural(), list(kind, handle, tenant));
      }
      return new Exported(file, transactions.version(handle, tenant));
    });
  }

  private record Request(
      String tenant, Document document, boolean prune, Declared declared, List<Problem> problems) {}

  /** The kinds of a file, compared. */
  private record Comparison(
      KindPlan<EventTypeDefinition, ?> eventTypes,
      KindPlan<KeyValueDefinition, ?> keyValues,
      KindPlan<WebhookDefinition, WebhookStore.Sealed> webhooks,
      KindPlan<SyncTargetDefinition, ?> syncTargets,
      KindPlan<CacheDefinition, ?> caches,
      KindPlan<TriggerDefinition, ?> triggers,
      List<Change> eventTypeChanges,
      List<Change> keyValueChanges,
      List<Change> webhookChanges,
      List<Change> syncTargetChanges,
      List<Change> cacheChanges,
      List<Change> triggerChanges) {
    List<Change> all() {
      List<Change> all = new ArrayList<>(eventTypeChanges);
      all.addAll(keyValueChanges);
      all.addAll(webhookChanges);
      all.addAll(syncTargetChanges);
      all.addAll(cacheChanges);
      all.addAll(triggerChanges);
      return all;
    }
  }

  private Request read(String tenant, Document document, boolean prune) {
    if (document.root() == null) {
      throw new InvalidCatalogue(document.problems(), false);
    }
    List<Problem> problems = new ArrayList<>();
    Declared declared = reader.read(document.json(), problems);
    return new Request(tenant, document, prune, declared, problems);
  }

  private Comparison compare(Handle handle, Request request) {
    var eventTypePlan = KindPlan.of(eventTypes, handle, request.tenant, request.declared);
    var keyValuePlan = KindPlan.of(keyValues, handle, request.tenant, request.declared);
    var webhookPlan = KindPlan.of(webhooks, handle, request.tenant, request.declared);
    var syncTargetPlan = KindPlan.of(syncTargets, handle, request.tenant, request.declared);
    var cachePlan = KindPlan.of(caches, handle, request.tenant, request.declared);
    var triggerPlan = KindPlan.of(triggers, handle, request.tenant, request.declared);
    List<Problem> problems = new ArrayList<>(request.problems);
    eventTypePlan.check(problems);
    keyValuePlan.check(problems);
    webhookPlan.check(problems);
    syncTargetPlan.check(problems);
    cachePlan.check(problems);
    triggerPlan.check(problems);
    new References(request.prune, problems)
        .check(request.declared, keyValuePlan.names(), webhookPlan.names(), syncTargetPlan.names());
    List<PlacedProblem> all = request.document.allProblems(problems);
    if (!all.isEmpty()) {
      throw new InvalidCatalogue(all, true);
    }
    return new Comparison(
        eventTypePlan,
        keyValuePlan,
        webhookPlan,
        syncTargetPlan,
        cachePlan,
        triggerPlan,
        eventTypePlan.changes(request.prune),
        keyValuePlan.changes(request.prune),
        webhookPlan.changes(request.prune),
        syncTargetPlan.changes(request.prune),
        cachePlan.changes(request.prune),
        triggerPlan.changes(request.prune));
  }

  private Result write(Request request, String base, Terms terms, List<Long> changed) {
    try {
      return transactions.write(
          request.tenant, handle -> write(handle, request, base, terms, changed));
    } catch (UnableToExecuteStatementException e) {
      // 23: a constraint does not hold; 40: two transactions wait for each other; 55P03: this one
      // waited for another too long.
      if (e.getCause() instanceof SQLException sql
          && String.valueOf(sql.getSQLState()).matches("(23|40).*|55P03")) {
        throw changedMeanwhile();
      }
      throw e;
    }
  }

  private static ProblemException changedMeanwhile() {
    return new ProblemException(
        ProblemType.CONFLICT,
        "What stands was changed meanwhile, and nothing of this file was applied: apply it again.");
  }

  // Makes first what others refer to, and deletes it last.
  private Result write(
      Handle handle, Request request, String base, Terms terms, List<Long> changed) {
    String version = transactions.version(handle, request.tenant);
    terms.requirePlanned(version);
    Comparison plan = compare(handle, request);
    terms.allow.accept(plan.all());
    if (plan.all().stream().allMatch(change -> change.action() == Change.Action.unchanged)) {
      return new Result(plan.all(), Map.of(), version);
    }
    if (!version.equals(base)) {
      throw changedMeanwhile();
    }
    Map<String, String> secrets = new LinkedHashMap<>();
    plan.eventTypes.write(handle, plan.eventTypeChanges, secrets);
    plan.keyValues.write(handle, plan.keyValueChanges, secrets);
    plan.webhooks.write(handle, plan.webhookChanges, secrets);
    plan.syncTargets.write(handle, plan.syncTargetChanges, secrets);
    plan.caches.write(handle, plan.cacheChanges, secrets);
    plan.triggers.write(handle, plan.triggerChanges, secrets);
    plan.triggers.delete(handle, plan.triggerChanges);
    plan.caches.delete(handle, plan.cacheChanges);
    plan.syncTargets.delete(handle, plan.syncTargetChanges);
    plan.webhooks.delete(handle, plan.webhookChanges);
    plan.keyValues.delete(handle, plan.keyValueChanges);
    plan.eventTypes.delete(handle, plan.eventTypeChanges);
    for (Change change : plan.webhookChanges) {
      if (change.action() == Change.Action.updated) {
        plan.webhooks.standing(change.name()).ifPresent(one -> changed.add(one.row().uid()));
      }
    }
    return new Result(plan.all(), secrets, transactions.version(handle, request.tenant));
  }

  /** Whether it changes a cache. */
  static boolean hasCaches(List<Change> changes) {
    return changes.stream()
        .anyMatch(
            change -> change.kind().equals("cache") && change.action() != Change.Action.unchanged);
  }

  private static <S> ArrayNode list(Kind<?, S> kind, Handle handle, String tenant) {
    ArrayNode list = Shape.array();
    kind.standing(handle, tenant).values().forEach(one -> list.add(kind.export(one)));
    return list;
  }
}
