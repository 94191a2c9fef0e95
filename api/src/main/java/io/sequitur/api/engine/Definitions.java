package io.sequitur.api.engine;

import io.micronaut.context.annotation.Factory;
import io.sequitur.activities.delivery.http.EgressPolicy;
import io.sequitur.activities.delivery.http.TargetUrl;
import io.sequitur.activities.delivery.http.TrustedAuthorities;
import io.sequitur.workflows.catalogue.CacheDefinitionReader;
import io.sequitur.workflows.catalogue.EventTypeDefinitionReader;
import io.sequitur.workflows.catalogue.KeyValueDefinitionReader;
import io.sequitur.workflows.catalogue.TriggerDefinitionReader;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import io.sequitur.workflows.delivery.HeaderRules;
import io.sequitur.workflows.delivery.RetrySchedule;
import io.sequitur.workflows.delivery.SigningSecret;
import io.sequitur.workflows.sync.SyncTargetDefinitionReader;
import io.sequitur.workflows.webhook.WebhookChecks;
import io.sequitur.workflows.webhook.WebhookDefinitionReader;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** The readers of definitions, with the rules that are at home in other places. */
@Factory
final class Definitions {
  @Singleton
  WebhookDefinitionReader webhooks(EgressPolicy egress, Clock clock) {
    return new WebhookDefinitionReader(
        new WebhookChecks(
            problem(url -> TargetUrl.parse(url, egress)),
            problem(RetrySchedule::parse),
            HeaderRules::checkName,
            HeaderRules::checkValue,
            problem(SigningSecret::parse),
            problem(pem -> TrustedAuthorities.parse(pem, clock))));
  }

  @Singleton
  KeyValueDefinitionReader keyValues() {
    return new KeyValueDefinitionReader(HeaderRules::checkValue);
  }

  @Singleton
  WorkflowQueues queues(Settings settings) {
    return settings.workflowQueues();
  }

  @Singleton
  SyncTargetDefinitionReader syncTargets(EgressPolicy egress) {
    return new SyncTargetDefinitionReader(
        problem(url -> TargetUrl.parse(url, egress)), problem(SigningSecret::parse));
  }

  @Singleton
  CacheDefinitionReader caches() {
    return new CacheDefinitionReader();
  }

  @Singleton
  EventTypeDefinitionReader eventTypes() {
    return new EventTypeDefinitionReader();
  }

  @Singleton
  TriggerDefinitionReader triggers(WorkflowQueues queues) {
    return new TriggerDefinitionReader(queues);
  }

  /** The sentence of the exception, if parsing throws one. */
  private static Function<String, Optional<String>> problem(Consumer<String> parse) {
    return text -> {
      try {
        parse.accept(text);
        return Optional.empty();
      } catch (IllegalArgumentException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    };
  }
}
