package io.sequitur.api.mode;

import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.db.Migrations;
import io.sequitur.db.cache.CacheTriggers;
import io.sequitur.db.cache.Coverage;
import java.util.List;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.JdbiException;
import picocli.CommandLine.Command;

/** {@code sequitur migrate}. */
@Command(
    name = "migrate",
    description = "Bring the database up to date, as its owner (SEQUITUR_DATABASE_URL).",
    footer = {
      "",
      "Example:",
      "  SEQUITUR_DATABASE_URL=postgresql://owner:…@db/app SEQUITUR_DATABASE_APP_URL=postgresql://app:…@db/app sequitur migrate"
    })
public final class MigrateCommand implements Callable<Integer> {
  private final Terminal terminal;

  MigrateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      ServeSettings settings = new ServeSettings(terminal.environment());
      int ran = Migrations.migrate(settings.owner(), settings.app());
      terminal.out().println(ran == 0 ? "the database is up to date" : ran + " migrations applied");
      // Somebody else's tables may be busy: a cache that is still pending is no failure.
      CacheTriggers.attach(settings.owner()).forEach(terminal.err()::println);
      List<String> uncovered = Coverage.problems(settings.owner());
      if (!uncovered.isEmpty()) {
        throw new CliException(
            "not every cached table is covered by triggers: " + String.join("; ", uncovered));
      }
      return 0;
    } catch (IllegalArgumentException | FlywayException | JdbiException e) {
      throw new CliException(
          "the database was not migrated: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }
}
