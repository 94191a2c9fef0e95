package io.sequitur.api.cli.listen;

import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code listen}: a local receiver to try webhooks with. */
@Command(
    name = "listen",
    description = "Receives deliveries on this machine, verifies them and prints each on a line.",
    footer = {
      "",
      "Example:",
      "  sequitur listen --port 9000 --secret whsec_…",
      "  sequitur listen --status 500,500,200 --delay 100ms"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls the command
public final class ListenCommand implements Callable<Integer> {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen; default: 9000. 0: any free one.")
  private int port = 9000;

  @Option(
      names = "--secret",
      paramLabel = "whsec_…",
      description =
          "The webhook's signing secret, to verify with. May be repeated: any of them will do.")
  private List<String> secrets = List.of();

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description =
          "What to answer; default: 200. Of several, each once, the last for all that follow.")
  private List<Integer> statuses = List.of(200);

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      description = "Wait before each answer, e.g. 250ms or 2s.")
  private String delay = "0ms";

  @Option(names = "--once", paramLabel = "COUNT", description = "Stop after so many deliveries.")
  private int expected;

  @Option(names = "--body", description = "Print the bodies too.")
  private boolean bodies;

  public ListenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    DeliveryLine lines = new DeliveryLine(terminal);
    Journal journal = new Journal(lines, bodies, validStatuses(), expected);
    Duration wait = duration(delay);
    SignatureCheck signatures = signatures();
    try (Receiver receiver = Receiver.start(port, signatures, journal, wait, terminal.clock())) {
      terminal.out().println("listening on " + receiver.url());
      if (secrets.isEmpty()) {
        terminal.out().println("no --secret: signatures are not verified");
      }
      lines.heading();
      Thread onInterrupt =
          new Thread(() -> terminal.out().println("\n" + journal.summary()), "summary");
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      journal.awaitExpected();
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted", e);
    }
    terminal.out().println(journal.summary());
    return 0;
  }

  private SignatureCheck signatures() {
    try {
      return new SignatureCheck(secrets, terminal.clock());
    } catch (IllegalArgumentException e) {
      throw misuse("--secret: a signing secret is whsec_ and base64, as 'webhook set' printed it");
    }
  }

  private List<Integer> validStatuses() {
    for (int status : statuses) {
      if (status < 200 || status > 599) {
        throw misuse("--status " + status + ": an answer is between 200 and 599");
      }
    }
    return statuses;
  }

  private Duration duration(String text) {
    Matcher parts = DURATION.matcher(text);
    if (!parts.matches()) {
      throw misuse("--delay '" + text + "': write it like 250ms, 2s or 1m");
    }
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private ParameterException misuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
