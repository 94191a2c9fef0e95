package io.sequitur.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bench}: the load generator. Results go to standard output, progress to standard error.
 *
 * <p>Exit codes: 0 when the run was completed, 1 when it failed or {@code --check} did, 2 for wrong
 * options, 69 when the server cannot be reached.
 */
@Command(
    name = "bench",
    description = "Offers events at fixed rates and measures how they are delivered.",
    sortOptions = false)
public final class BenchCommand implements Callable<Integer> {
  private static final String API_KEY = "SEQUITUR_API_KEY";

  /** How results are printed; the names are what users type. */
  enum Output {
    table,
    json
  }

  @Mixin private LoadOptions load = new LoadOptions();
  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--receiver-host",
      paramLabel = "ADDRESS",
      description = "This machine's address to deliver to (default: ${DEFAULT-VALUE}).")
  private String receiverHost = "127.0.0.1";

  @Option(
      names = "--check",
      description = "Exit 1 unless everything offered was published and delivered exactly once.")
  private boolean check;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private Output output = Output.table;

  // Read by picocli, which looks for the option and not for the field.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final UnaryOperator<@Nullable String> environment;
  private final List<String> program;

  /** For the command line: a server that it starts runs the program that this process runs. */
  public BenchCommand() {
    this(System::getenv, JavaCommand.ofThisProcess());
  }

  BenchCommand(UnaryOperator<@Nullable String> environment, List<String> program) {
    this.environment = environment;
    this.program = List.copyOf(program);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Plan plan = plan();
    try (Cleanup cleanup = Cleanup.atExit(this::progress)) {
      List<Row> rows = run(plan, cleanup);
      print(rows);
      return check && !isComplete(rows) ? 1 : 0;
    } catch (BenchException e) {
      progress(String.valueOf(e.getMessage()));
      return e.exitCode();
    }
  }

  private Plan plan() {
    try {
      server.check();
      return load.plan();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private List<Row> run(Plan plan, Cleanup cleanup) throws IOException, InterruptedException {
    RunId run = RunId.random(new SecureRandom());
    Receiver receiver =
        cleanup.add(
            Receiver.start(InetAddress.getByName(receiverHost), run, plan.receiverLatency()));
    Target target = server.open(program, environment.apply(API_KEY), cleanup, this::progress);
    Webhooks webhooks = cleanup.add(Webhooks.at(target.endpoint()));
    webhooks.make(plan, receiver);
    Meters meters =
        cleanup.add(Meters.open(target, new Processes(Path.of("/proc")), this::progress));
    Generator generator = new Generator(load.publishers(target));
    try (Bench bench =
        new Bench(plan, target.endpoint(), run, receiver, generator, meters, this::progress)) {
      return load.run(bench);
    } finally {
      noteStrangers(receiver);
    }
  }

  private void noteStrangers(Receiver receiver) {
    if (receiver.strangers() > 0) {
      progress(receiver.strangers() + " deliveries were of no event of this run");
    }
  }

  private boolean isComplete(List<Row> rows) {
    List<Row> wanting = rows.stream().filter(row -> !row.result().isComplete()).toList();
    wanting.forEach(row -> progress("--check: not exactly once at " + row.rate() + "/s"));
    return wanting.isEmpty();
  }

  private void print(List<Row> rows) throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case table -> out.print(Table.of(rows) + Chart.of(rows));
      case json -> {
        progress(Table.of(rows).stripTrailing());
        out.println(
            new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(rows.stream().map(Row::result).toList()));
      }
    }
    out.flush();
  }

  private void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}
