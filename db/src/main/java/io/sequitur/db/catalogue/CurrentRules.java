package io.sequitur.db.catalogue;

import io.sequitur.db.cache.InvalidationStore;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The rules of a tenant as they are now, for whoever wants to compare them with what is kept. */
@Singleton
public final class CurrentRules {
  private final Jdbi jdbi;

  CurrentRules(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Rules, and the version that they had before and after they were read. */
  public record Current(String version, List<RoutingRule> rules) {}

  /** Empty when they may have been changed meanwhile: then nothing can be said of a version. */
  public Optional<Current> read(String tenant) {
    return jdbi.withHandle(handle -> {
      String before = version(handle, tenant);
      List<RoutingRule> rules = RuleReader.rules(handle, Set.of(tenant));
      return pending(handle) || !version(handle, tenant).equals(before)
          ? Optional.empty()
          : Optional.of(new Current(before, rules));
    });
  }

  private static String version(Handle handle, String tenant) {
    return RuleReader.versions(handle, Set.of(tenant)).getOrDefault(tenant, "");
  }

  private static boolean pending(Handle handle) {
    return handle.createQuery("select " + InvalidationStore.PENDING).mapTo(Boolean.class).one();
  }
}
