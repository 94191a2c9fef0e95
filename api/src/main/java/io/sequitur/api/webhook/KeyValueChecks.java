package io.sequitur.api.webhook;

import io.sequitur.activities.webhook.Environment;
import io.sequitur.workflows.catalogue.KeyValueDefinition;
import java.util.Optional;

/** What a key-value must not say here, however it comes. */
public final class KeyValueChecks {
  private KeyValueChecks() {}

  /** What is wrong with its value; empty when it may be saved. */
  public static Optional<String> refusal(KeyValueDefinition definition, Environment environment) {
    String value = definition.value();
    boolean refused =
        definition.kind() == KeyValueDefinition.Kind.ENVIRONMENT
            && value != null
            && !environment.mayRead(value);
    return refused
        ? Optional.of(
            "This variable is not in SEQUITUR_ENVIRONMENT_ALLOW; ask the operator to add it.")
        : Optional.empty();
  }
}
