package io.sequitur.api.engine;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a process does; one process may do everything. */
public enum Role {
  /** Serves {@code /v1}. */
  API,
  /** Turns the outbox into runs and workflows, and sweeps. */
  DISPATCHER,
  /** Runs workflows and activities. */
  WORKER;

  /**
   * Reads a list like {@code api,worker}.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Set<Role> parse(String list) {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : list.split(",")) {
      try {
        roles.add(valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "unknown role \"" + name.strip() + "\": roles are api, dispatcher, worker", e);
      }
    }
    return roles;
  }
}
