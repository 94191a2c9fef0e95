package io.sequitur.bench;

import java.net.UnknownHostException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The server under test and what it stands on.
 *
 * @param endpoint where events are published
 * @param database the server's; null when not known
 * @param temporal host and port of Temporal; null when not known or inside the server
 * @param knownPid the server's process id, if it said so
 */
record Target(
    Endpoint endpoint,
    @Nullable DatabaseUrl database,
    @Nullable String temporal,
    @Nullable Long knownPid) {

  /** Null when the server is not a process of this machine that we may look at. */
  @Nullable Long serverPid(Processes processes) {
    return knownPid != null ? knownPid : localListener(endpoint, processes);
  }

  @Nullable Long temporalPid(Processes processes) {
    if (temporal == null || !temporal.matches("[^/\\s]+:\\d+")) {
      return null;
    }
    return localListener(Endpoint.of("http://" + temporal, null), processes);
  }

  private static @Nullable Long localListener(Endpoint endpoint, Processes processes) {
    try {
      OptionalLong pid =
          endpoint.isLoopback() ? processes.listener(endpoint.port()) : OptionalLong.empty();
      return pid.isPresent() ? pid.getAsLong() : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
