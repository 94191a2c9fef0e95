package io.sequitur.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that shape the load. */
final class LoadOptions {
  /** For repeats, and for the server to start its last workflow and to write down what it did. */
  private static final Duration SETTLE = Duration.ofMillis(1500);

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(3);
  private static final List<Integer> DEFAULT_RATES = List.of(25, 50, 200, 1000);
  private static final int FIRST_OF_MAX = 500;

  /** How events are published; the names are what users type. */
  enum How {
    post,
    sql
  }

  @Option(
      names = "--rate",
      split = ",",
      paramLabel = "N",
      description = "Events per second, a run for each (default: 25,50,200,1000).")
  private List<Integer> rates = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Length of each run (default: ${DEFAULT-VALUE}).")
  private int seconds = 30;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Seconds of load before each run, not measured, at 400 deliveries/s or the run's own rate if"
              + " that is higher: compilers need thousands of calls (default: ${DEFAULT-VALUE}).")
  private int warmUp = 30;

  @Option(
      names = "--drain",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long to wait for missing deliveries (default: ${DEFAULT-VALUE}).")
  private Duration drain = Duration.ZERO;

  @Option(
      names = "--receiver-latency",
      paramLabel = "DURATION",
      defaultValue = "0ms",
      converter = DurationConverter.class,
      description = "How long the receiver takes to answer (default: ${DEFAULT-VALUE}).")
  private Duration receiverLatency = Duration.ZERO;

  @Option(
      names = "--fan-out",
      paramLabel = "N",
      description = "Webhooks that get each event (default: ${DEFAULT-VALUE}).")
  private int fanOut = 1;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Most requests in flight (default: ${DEFAULT-VALUE}).")
  private int connections = 32;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "1kB",
      converter = SizeConverter.class,
      description = "Size of an event (default: ${DEFAULT-VALUE}).")
  private int size;

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "Partition keys that take turns; 0: none (default: ${DEFAULT-VALUE}).")
  private int keys;

  @Option(names = "--ordered", description = "Make the webhooks ordered.")
  private boolean ordered;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Events that are published together (default: ${DEFAULT-VALUE}).")
  private int batch = 1;

  @Option(
      names = "--publish",
      paramLabel = "HOW",
      description =
          "post: over HTTP; sql: by sequitur.publish() in the --database, a transaction for each"
              + " batch (default: ${DEFAULT-VALUE}).")
  private How publish = How.post;

  @Option(
      names = "--bystanders",
      paramLabel = "N",
      description = "Webhooks besides that want none of the events (default: ${DEFAULT-VALUE}).")
  private int bystanders;

  @Option(
      names = "--hanging",
      paramLabel = "N",
      description =
          "Webhooks besides that get each event, and whose receiver never answers; their deliveries"
              + " are not counted (default: ${DEFAULT-VALUE}).")
  private int hanging;

  @Option(
      names = "--max",
      description =
          "Search the highest rate that holds, with the backlog gone within 5 s, from the first"
              + " --rate (default: 500) by doubling and halving.")
  private boolean max;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException naming the option that is out of its range
   */
  Plan plan() {
    Plan plan =
        new Plan(
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(warmUp),
            drain,
            SETTLE,
            IDLE,
            receiverLatency,
            fanOut,
            connections,
            size,
            keys,
            ordered,
            batch,
            bystanders,
            hanging);
    rates().forEach(plan::checkRate);
    return plan;
  }

  /** One for each connection. */
  List<Publisher> publishers(Target target) {
    DatabaseUrl database = target.database();
    return switch (publish) {
      case post -> several(() -> new HttpPublisher(target.endpoint(), REQUEST_TIMEOUT));
      case sql -> {
        if (database == null) {
          throw BenchException.failed("--publish sql needs the server's --database");
        }
        yield several(() -> new SqlPublisher(database, batch));
      }
    };
  }

  private List<Publisher> several(Supplier<Publisher> one) {
    return Stream.generate(one).limit(connections).toList();
  }

  List<Row> run(Bench bench) throws InterruptedException {
    if (!max) {
      return bench.measure(rates());
    }
    int first = rates.isEmpty() ? FIRST_OF_MAX : rates.getFirst();
    return bench
        .searchMax(first)
        .map(List::of)
        .orElseThrow(
            () -> BenchException.failed("No rate that was tried holds; give a lower --rate"));
  }

  private List<Integer> rates() {
    return rates.isEmpty() && !max ? DEFAULT_RATES : rates;
  }
}
