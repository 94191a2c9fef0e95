package io.sequitur.api.engine;

import io.sequitur.db.DatabaseAddress;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything a process is told.
 *
 * @param database as the application's role
 * @param port 0 picks a free one
 * @param dev no key needed from loopback, foreign Host and Origin refused, loopback targets allowed
 * @param temporal {@code host:port}, or null for the in-process test server
 * @param egressAllow CIDR list of private targets that may be called
 * @param environmentAllow variables that key-values may read
 * @param workflowQueues on which triggers may start workflows
 * @param headStart whether the dispatcher runs the steps itself while Temporal commits the start
 * @param publicUrl where others find the API; null: at this process's port of this machine
 * @param retention how long events and their deliveries are kept
 */
public record Settings(
    DatabaseAddress database,
    int port,
    boolean dev,
    @Nullable String temporal,
    String namespace,
    Path keyset,
    String egressAllow,
    Set<String> environmentAllow,
    WorkflowQueues workflowQueues,
    Set<Role> roles,
    boolean headStart,
    Duration retention,
    @Nullable String publicUrl) {
  public static final Duration DEFAULT_RETENTION = Duration.ofDays(30);

  public Settings {
    environmentAllow = Set.copyOf(environmentAllow);
    roles = Set.copyOf(roles);
  }

  /** The same for an API that is found at this machine. */
  public Settings(
      DatabaseAddress database,
      int port,
      boolean dev,
      @Nullable String temporal,
      String namespace,
      Path keyset,
      String egressAllow,
      Set<String> environmentAllow,
      WorkflowQueues workflowQueues,
      Set<Role> roles,
      boolean headStart,
      Duration retention) {
    this(
        database,
        port,
        dev,
        temporal,
        namespace,
        keyset,
        egressAllow,
        environmentAllow,
        workflowQueues,
        roles,
        headStart,
        retention,
        null);
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }
}
