package io.sequitur.activities.webhook;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment variables that key-values may read: those on the operator's allow-list, and no
 * others.
 */
public record Environment(Map<String, String> variables, Set<String> allowed) {
  public Environment {
    variables = Map.copyOf(variables);
    allowed = Set.copyOf(allowed);
  }

  public boolean mayRead(String name) {
    return allowed.contains(name);
  }

  public Optional<String> read(String name) {
    return mayRead(name) ? Optional.ofNullable(variables.get(name)) : Optional.empty();
  }
}
