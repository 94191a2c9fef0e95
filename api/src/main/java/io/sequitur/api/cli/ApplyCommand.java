package io.sequitur.api.cli;

import io.sequitur.api.cli.catalogue.ChangeList;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.cache.CacheTriggers;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the catalogue stand as a file says. */
@Command(
    name = "apply",
    description = "Changes all that a file says, or, if anything is wrong, nothing.",
    footer = {"", "Example:", "  sequitur apply -f catalogue.yaml --prune"})
@SuppressWarnings("NullAway.Init") // picocli sets the mixins before it calls the command
final class ApplyCommand implements Callable<Integer> {
  private static final String OWNER = "SEQUITUR_DATABASE_URL";

  @Mixin private UrlClient client;
  @Mixin private CatalogueFlags flags;

  @Option(
      names = "--planned",
      paramLabel = "VERSION",
      description =
          "The catalogue's version that 'plan' printed: if it has another now, nothing is changed.")
  private @Nullable String planned;

  @Override
  public Integer call() {
    Optional<ApiResponse> answer = flags.send(client, "apply", planned);
    if (answer.isEmpty()) {
      return CliException.FAILURE;
    }
    if (client.json()) {
      client.printJson(answer.get().text());
    } else {
      new ChangeList(client.terminal(), answer.get().json()).print();
    }
    attachCaches(answer.get());
    return 0;
  }

  // Only the owner of the schema may make the triggers of caches; whoever applies may be him.
  private void attachCaches(ApiResponse answer) {
    String owner = client.terminal().environment().get(OWNER);
    boolean caches =
        answer
            .json()
            .path("changes")
            .valueStream()
            .anyMatch(change -> change.path("kind").asText().equals("cache"));
    if (owner == null || !caches) {
      return;
    }
    try {
      CacheTriggers.attach(DatabaseAddress.parse(owner)).forEach(client.terminal().err()::println);
    } catch (IllegalArgumentException | JdbiException e) {
      throw new CliException(
          "applied, but the triggers of caches were not made: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }
}
