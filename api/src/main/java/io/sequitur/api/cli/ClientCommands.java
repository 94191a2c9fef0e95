package io.sequitur.api.cli;

import io.sequitur.api.cli.listen.ListenCommand;
import java.util.List;

/** The commands that need no more than a server's address. */
public final class ClientCommands {
  private ClientCommands() {}

  /** Their classes, in the order of the help. */
  public static List<Class<?>> all() {
    return List.of(
        WebhookCommand.class,
        KeyValueCommand.class,
        TriggerCommand.class,
        EventTypeCommand.class,
        CacheCommand.class,
        SyncTargetCommand.class,
        SyncCommand.class,
        EventCommand.class,
        DeliveryCommand.class,
        ReplayCommand.class,
        PlanCommand.class,
        ApplyCommand.class,
        ExportCommand.class,
        ReconcileCommand.class,
        ListenCommand.class,
        CompletionCommand.class);
  }
}
