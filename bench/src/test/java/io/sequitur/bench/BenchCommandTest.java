package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import picocli.CommandLine;

/** Most of its time goes into offering load by the clock, so the runs share the clock. */
@Execution(ExecutionMode.CONCURRENT)
final class BenchCommandTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void countsEveryEventOnceForEachWebhook() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      Run run = bench(server, "--rate", "50,100", "--fan-out", "2", "--check", "-o", "json");

      assertThat(run.exitCode).as(run.err).isZero();
      JsonNode results = new ObjectMapper().readTree(run.out);
      assertThat(results).hasSize(2);
      assertThat(results.get(0).get("offered").asInt()).isEqualTo(50);
      assertThat(results.get(0).get("published").asInt()).isEqualTo(50);
      assertThat(results.get(0).get("delivered").asInt()).isEqualTo(100);
      assertThat(results.get(1).get("delivered").asInt()).isEqualTo(200);
      assertThat(results.get(1).get("lost").asInt()).isZero();
      assertThat(results.get(1).get("duplicates").asInt()).isZero();
    }
  }

  @Test
  void jsonHasTheFieldsOfTheContractAndNoOthers() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      JsonNode result =
          new ObjectMapper().readTree(bench(server, "--rate", "20", "-o", "json").out).get(0);

      assertThat(names(result))
          .containsExactly(
              "offered",
              "published",
              "delivered",
              "lost",
              "duplicates",
              "ackMs",
              "deliverMs",
              "eventsPerWorkflow",
              "statementsPerEvent",
              "cpuSecondsPer1000");
      assertThat(names(result.get("ackMs"))).containsExactly("p50", "p95", "p99");
      assertThat(names(result.get("deliverMs"))).containsExactly("p50", "p95", "p99", "max");
      assertThat(names(result.get("cpuSecondsPer1000")))
          .containsExactly("server", "postgres", "temporal");
      assertThat(result.get("statementsPerEvent").isNull()).isTrue();
      assertThat(result.get("cpuSecondsPer1000").get("postgres").isNull()).isTrue();
    }
  }

  @Test
  void eventsAreOfTheSizeAskedForAndHaveUniqueIds() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      bench(server, "--rate", "30", "--keys", "3", "--ordered", "--size", "2kB");

      assertThat(server.published).hasSize(30);
      assertThat(server.published)
          .extracting(event -> event.get("id").textValue())
          .doesNotHaveDuplicates();
      assertThat(server.published)
          .extracting(event -> event.get("partitionkey").textValue())
          .containsOnly("key-000000", "key-000001", "key-000002");
      assertThat(server.published).allSatisfy(event -> assertThat(event.toString()).hasSize(2000));
      assertThat(server.definitions)
          .singleElement()
          .satisfies(webhook -> assertThat(webhook.get("ordered").asBoolean()).isTrue());
    }
  }

  @Test
  void publishesBatchesWhoseEventsAreDueTogether() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      Run run = bench(server, "--rate", "55", "--batch", "10", "--check", "-o", "json");

      assertThat(run.exitCode).as(run.err).isZero();
      JsonNode result = new ObjectMapper().readTree(run.out).get(0);
      assertThat(result.get("published").asInt()).isEqualTo(50);
      assertThat(result.get("delivered").asInt()).isEqualTo(50);
      assertThat(server.published)
          .extracting(event -> event.get("id").textValue())
          .hasSize(50)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void whoStandsBesideIsNotCounted() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      Run run =
          bench(
              server,
              "--rate",
              "20",
              "--bystanders",
              "3",
              "--hanging",
              "1",
              "--check",
              "-o",
              "json");

      assertThat(run.exitCode).as(run.err).isZero();
      assertThat(new ObjectMapper().readTree(run.out).get(0).get("delivered").asInt())
          .isEqualTo(20);
      assertThat(server.requests)
          .contains("PUT bench-bystander-3", "PUT bench-hanging-1", "DELETE bench-bystander-1");
    }
  }

  @Test
  void printsAChartBelowTheTable() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      assertThat(bench(server, "--rate", "20,40").out)
          .contains("publish to receiver, ms", "20/s  p50 ", "40/s  p50 ", "      p99 ");
    }
  }

  @Test
  void deletesItsWebhooksAtTheEnd() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      bench(server, "--rate", "10", "--fan-out", "2");

      assertThat(server.requests)
          .containsSubsequence("PUT bench-1", "PUT bench-2", "DELETE bench-2", "DELETE bench-1");
      assertThat(server.authorizations).containsOnly("Bearer the-key");
    }
  }

  @Test
  void reportsWhatWasLost() throws IOException {
    FakeServer.Faults everyTenthIsLost =
        new FakeServer.Faults() {
          @Override
          public int deliveries(int event) {
            return event % 10 == 0 ? 0 : 1;
          }
        };
    try (FakeServer server = FakeServer.start(everyTenthIsLost)) {
      Run run = bench(server, "--rate", "50", "--drain", "2s", "--check", "-o", "json");

      assertThat(run.exitCode).isEqualTo(1);
      JsonNode result = new ObjectMapper().readTree(run.out).get(0);
      assertThat(result.get("published").asInt()).isEqualTo(50);
      assertThat(result.get("delivered").asInt()).isEqualTo(45);
      assertThat(result.get("lost").asInt()).isEqualTo(5);
    }
  }

  @Test
  void reportsWhatCameAgain() throws IOException {
    FakeServer.Faults everyTenthComesTwice =
        new FakeServer.Faults() {
          @Override
          public int deliveries(int event) {
            return event % 10 == 0 ? 2 : 1;
          }
        };
    try (FakeServer server = FakeServer.start(everyTenthComesTwice)) {
      Run run = bench(server, "--rate", "50", "--check", "-o", "json");

      assertThat(run.exitCode).isEqualTo(1);
      JsonNode result = new ObjectMapper().readTree(run.out).get(0);
      assertThat(result.get("delivered").asInt()).isEqualTo(50);
      assertThat(result.get("duplicates").asInt()).isEqualTo(5);
      assertThat(result.get("lost").asInt()).isZero();
    }
  }

  @Test
  void refusedEventsAreNotPublishedAndNotLost() throws IOException {
    FakeServer.Faults everyFifthIsRefused =
        new FakeServer.Faults() {
          @Override
          public int status(int event) {
            return event % 5 == 0 ? 503 : 202;
          }
        };
    try (FakeServer server = FakeServer.start(everyFifthIsRefused)) {
      Run run = bench(server, "--rate", "50", "--check", "-o", "json");

      assertThat(run.exitCode).isEqualTo(1);
      JsonNode result = new ObjectMapper().readTree(run.out).get(0);
      assertThat(result.get("offered").asInt()).isEqualTo(50);
      assertThat(result.get("published").asInt()).isEqualTo(40);
      assertThat(result.get("lost").asInt()).isZero();
      assertThat(run.err).contains("not published: 10 x HTTP 503");
    }
  }

  /** One connection, held for the whole load: every later event waits for it and must say so. */
  @Test
  void stalledServerShowsInTheLatenciesOfTheEventsThatHadToWait() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    FakeServer.Faults firstAnswerTakesLong =
        new FakeServer.Faults() {
          @Override
          public void beforeAnswer(int event) throws InterruptedException {
            if (event == 0) {
              assertThat(never.await(1500, TimeUnit.MILLISECONDS)).isFalse();
            }
          }
        };
    try (FakeServer server = FakeServer.start(firstAnswerTakesLong)) {
      Run run = bench(server, "--rate", "20", "--connections", "1", "-o", "json");

      JsonNode result = new ObjectMapper().readTree(run.out).get(0);
      assertThat(result.get("published").asInt()).isEqualTo(20);
      // The last event was due at 950 ms and could not be sent before 1500 ms.
      assertThat(result.get("ackMs").get("p50").asDouble()).isGreaterThan(550);
      assertThat(result.get("deliverMs").get("p50").asDouble()).isGreaterThan(550);
      assertThat(run.err).contains("sends went out more than 10 ms late");
    }
  }

  @Test
  void warmUpIsNotCounted() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      Run run = bench(server, "--rate", "20", "--warm-up", "1", "--check", "-o", "json");

      assertThat(run.exitCode).isZero();
      // A second of warm-up at 400/s, then one at 20/s.
      assertThat(server.published.size()).isEqualTo(420);
      assertThat(new ObjectMapper().readTree(run.out).get(0).get("offered").asInt()).isEqualTo(20);
    }
  }

  /** Rates 2 and 4 take the first six events; 8, 6 and 5 come after. */
  @Test
  void maxReportsTheHighestRateThatHeld() throws IOException {
    FakeServer.Faults onlySixAreTaken =
        new FakeServer.Faults() {
          @Override
          public int status(int event) {
            return event < 6 ? 202 : 503;
          }
        };
    try (FakeServer server = FakeServer.start(onlySixAreTaken)) {
      Run run = bench(server, "--rate", "2", "--max", "-o", "json");

      assertThat(run.exitCode).as(run.err).isZero();
      assertThat(new ObjectMapper().readTree(run.out))
          .singleElement()
          .satisfies(result -> assertThat(result.get("offered").asInt()).isEqualTo(4));
      assertThat(run.err).contains("rate 4/s holds", "rate 8/s does not", "rate 5/s does not");
    }
  }

  @Test
  void maxFailsWhenNothingHolds() throws IOException {
    FakeServer.Faults nothingIsTaken =
        new FakeServer.Faults() {
          @Override
          public int status(int event) {
            return 503;
          }
        };
    try (FakeServer server = FakeServer.start(nothingIsTaken)) {
      Run run = bench(server, "--rate", "2", "--max");

      assertThat(run.exitCode).isEqualTo(1);
      assertThat(run.err).contains("give a lower --rate");
    }
  }

  @Test
  void printsATableByDefault() throws IOException {
    try (FakeServer server = FakeServer.start(FakeServer.NONE)) {
      Run run = bench(server, "--rate", "20");

      assertThat(run.out.lines().skip(1).findFirst().orElse("")).contains("20/s", "20", "–");
    }
  }

  @Test
  void startsAServerOfItsOwnAndStopsIt() throws IOException {
    Path end = directory.resolve("end");

    Run run =
        bench(child(end.toString()), "--rate", "20", "--seconds", "1", "--warm-up", "0", "--check");

    assertThat(run.exitCode).as(run.err).isZero();
    assertThat(end).hasContent("stopped");
    String ready = run.err.lines().filter(line -> line.startsWith("ready at")).findFirst().get();
    assertThat(bench("--url", ready.substring(9), "--rate", "1").exitCode).isEqualTo(69);
  }

  @Test
  void saysWhyItsServerDidNotStart() {
    Run run = bench(child("fail"), "--rate", "20");

    assertThat(run.exitCode).isEqualTo(1);
    assertThat(run.err).contains("ended before it was ready", "no such database");
  }

  @Test
  void unreachableServerIs69() throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    Run run = bench("--url", "http://127.0.0.1:" + unused, "--rate", "1");

    assertThat(run.exitCode).isEqualTo(69);
    assertThat(run.err).contains("Cannot reach the server");
  }

  @Test
  void foreignHostsNeedTheOwnersWord() {
    Run run = bench("--url", "http://192.0.2.1:8080", "--rate", "1");

    assertThat(run.exitCode).isEqualTo(2);
    assertThat(run.err).contains("--i-own-this-host");
  }

  @Test
  void wrongOptionsAreUsageErrors() {
    assertThat(bench("--rate", "0").err).contains("--rate must be between 1 and");
    assertThat(bench("--fan-out", "0").exitCode).isEqualTo(2);
    assertThat(bench("--receiver-latency", "fast").err).contains("write 250ms, 30s or 2m");
    assertThat(bench("--database", "mysql://x/y").err).contains("postgresql://");
    assertThat(bench("--size", "10B").err).contains("--size must be");
  }

  private static Run bench(FakeServer server, String... options) {
    List<String> all = new ArrayList<>(List.of("--url", server.url(), "--seconds", "1"));
    if (!List.of(options).contains("--warm-up")) {
      all.addAll(List.of("--warm-up", "0"));
    }
    all.addAll(List.of(options));
    return bench(all.toArray(String[]::new));
  }

  private static Run bench(String... options) {
    return bench(List.of("/nowhere"), options);
  }

  private static Run bench(List<String> program, String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(new BenchCommand(name -> "the-key", program))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(options);
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static List<String> child(String argument) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return List.of(java, "-cp", classPath, FakeServerMain.class.getName(), argument);
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    for (Iterator<String> fields = node.fieldNames(); fields.hasNext(); ) {
      names.add(fields.next());
    }
    return names;
  }

  private record Run(int exitCode, String out, String err) {}
}
