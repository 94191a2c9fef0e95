package io.sequitur.api.cli;

import io.sequitur.api.cli.catalogue.ChangeList;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.text.CliException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What {@code apply} would do. */
@Command(
    name = "plan",
    description = "Shows what 'apply' would change; exits 0 if nothing, else 3.",
    footer = {"", "Example:", "  sequitur plan -f catalogue.yaml"})
@SuppressWarnings("NullAway.Init") // picocli sets the mixins before it calls the command
final class PlanCommand implements Callable<Integer> {
  /** Something would change. */
  private static final int CHANGES = 3;

  @Mixin private UrlClient client;
  @Mixin private CatalogueFlags flags;

  @Override
  public Integer call() {
    Optional<ApiResponse> answer = flags.send(client, "plan", null);
    if (answer.isEmpty()) {
      return CliException.FAILURE;
    }
    ChangeList changes = new ChangeList(client.terminal(), answer.get().json());
    if (client.json()) {
      client.printJson(answer.get().text());
    } else {
      changes.print();
      changes.printVersion();
    }
    return changes.changesAnything() ? CHANGES : 0;
  }
}
