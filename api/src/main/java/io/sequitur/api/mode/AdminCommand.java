package io.sequitur.api.mode;

import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.api.access.ApiKeys;
import io.sequitur.api.access.Scope;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.Sql;
import io.sequitur.db.access.ApiKeyStore;
import io.sequitur.workflows.text.Durations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code sequitur admin}: API keys, straight in the database (SEQUITUR_DATABASE_APP_URL), and the
 * keyset that secrets are encrypted with.
 */
@Command(
    name = "admin",
    description =
        "Make, list and revoke API keys, in the database of SEQUITUR_DATABASE_APP_URL; make a keyset.",
    footer = {
      "",
      "Example:",
      "  sequitur admin create-key ci --tenant default --scope publish --expires-in 90d",
      "  sequitur admin create-keyset /etc/sequitur/keyset.json"
    })
public final class AdminCommand {
  private final Terminal terminal;

  AdminCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Command(name = "create-key", description = "Make a key; it is shown once.")
  int createKey(
      @Parameters(paramLabel = "NAME", description = "What the key is for.") String name,
      @Option(
              names = "--tenant",
              defaultValue = "default",
              paramLabel = "TENANT",
              description = "Default: ${DEFAULT-VALUE}.")
          String tenant,
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              description =
                  "publish, read, sync, write or operator; may be repeated. Default: publish, read, write.")
          @Nullable List<String> scopes,
      @Option(
              names = "--expires-in",
              paramLabel = "DURATION",
              description = "For example 90d. Default: never.")
          @Nullable String expiresIn) {
    String key = ApiKeys.generate();
    String id = "key_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    try {
      List<String> granted = new ArrayList<>();
      for (String scope : scopes == null ? List.of("publish", "read", "write") : scopes) {
        granted.add(Scope.parse(scope).name().toLowerCase(Locale.ROOT));
      }
      Instant expires =
          expiresIn == null ? null : terminal.clock().instant().plus(Durations.parse(expiresIn));
      store().add(id, tenant, name, ApiKeys.hash(key), granted, expires);
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()));
    } catch (JdbiException e) {
      throw unreachable(e);
    }
    terminal.out().println(key);
    terminal.err().println("This is " + id + " of tenant " + tenant + ". It is not shown again.");
    return 0;
  }

  @Command(name = "list-keys", description = "List the keys, never their values.")
  int listKeys() {
    try {
      for (ApiKeyStore.ApiKey key : store().list()) {
        String state =
            key.revokedAt() != null
                ? "revoked " + key.revokedAt()
                : key.expiresAt() == null ? "valid" : "until " + key.expiresAt();
        terminal
            .out()
            .printf(
                "%-18s %-12s %-20s %-24s %s%n",
                key.id(), key.tenant(), key.name(), String.join(",", key.scopes()), state);
      }
    } catch (JdbiException e) {
      throw unreachable(e);
    }
    return 0;
  }

  @Command(name = "revoke-key", description = "Revoke a key; it is refused within five seconds.")
  int revokeKey(
      @Parameters(paramLabel = "ID", description = "Like key_1a2b3c; see list-keys.") String id) {
    try {
      if (!store().revoke(id)) {
        throw new CliException("no key \"" + id + "\"; see sequitur admin list-keys");
      }
    } catch (JdbiException e) {
      throw unreachable(e);
    }
    terminal.out().println("revoked " + id);
    return 0;
  }

  @Command(
      name = "create-keyset",
      description = "Write a new keyset for SEQUITUR_KEYSET_FILE; one that is there is kept.")
  int createKeyset(
      @Parameters(paramLabel = "FILE", description = "Where; its directory must exist.")
          Path file) {
    Path keyset = terminal.directory().resolve(file);
    boolean kept = Files.exists(keyset);
    try {
      SecretBox.createIfMissing(keyset);
      // One that is kept must be usable too: the next start should not be the first to say so.
      SecretBox.open(keyset);
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()));
    }
    terminal.out().println((kept ? "kept " : "made ") + keyset);
    if (!kept) {
      terminal.err().println("Keep a copy: without it no stored secret can be read again.");
    }
    return 0;
  }

  private ApiKeyStore store() {
    DatabaseAddress address = new ServeSettings(terminal.environment()).app();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(address.jdbcUrl());
    source.setUser(address.user());
    source.setPassword(address.password());
    source.setCurrentSchema(Sql.SCHEMA);
    Jdbi jdbi = Sql.jdbi(source);
    return new ApiKeyStore(jdbi);
  }

  private static CliException unreachable(JdbiException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new CliException(
        "the database did not take it: "
            + String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
  }
}
