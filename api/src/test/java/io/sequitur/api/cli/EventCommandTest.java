package io.sequitur.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FakeApi;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventCommandTest {
  private static final String POST = "POST /v1/events";

  @TempDir private Path directory;

  private FakeApi api;
  private TestTerminal terminal;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    terminal = new TestTerminal().with("SEQUITUR_URL", api.url()).in(directory);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void oneEventIsMadeFromFlagsWithItsNumbersAsTyped() {
    api.on(POST, 202, "{\"id\":\"evt_1\",\"duplicate\":false}")
        .on(POST, 202, "{\"id\":\"evt_1\",\"duplicate\":true}");
    String[] args =
        "event send --type paid --source /shop --subject o-7 --id 1 --key k --data {\"b\":1.50,\"a\":1e2}"
            .split(" ");

    assertThat(terminal.run(args)).isZero();
    assertThat(terminal.run(args)).isZero();

    assertThat(terminal.out()).isEqualTo("accepted evt_1\nduplicate of evt_1\n");
    FakeApi.Request request = api.requests().getFirst();
    assertThat(request.contentType()).isEqualTo("application/json");
    assertThat(request.body())
        .isEqualTo(
            """
            {"specversion":"1.0","id":"1","type":"paid","source":"/shop","subject":"o-7","partitionkey":"k",\
            "datacontenttype":"application/json","data":{"b":1.50,"a":1e2}}\
            """);
  }

  @Test
  void dataComesFromAFileOrTheInput() throws IOException {
    Files.writeString(directory.resolve("data.json"), "[1]");
    api.on(POST, 202, "{}").on(POST, 202, "{}");

    terminal.run("event", "send", "--type", "x", "--data", "@data.json");
    terminal.typing("[2]").run("event", "send", "--type", "x", "--data", "-");

    assertThat(api.requests().get(0).body()).endsWith("\"data\":[1]}");
    assertThat(api.requests().get(1).body()).endsWith("\"data\":[2]}");
  }

  @Test
  void dataThatIsNotJsonIsAMisuse() {
    assertThat(terminal.run("event", "send", "--type", "x", "--data", "hello")).isEqualTo(2);
    assertThat(terminal.err())
        .startsWith("sequitur: --data is not JSON")
        .contains("a text needs its quotes");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void aFileGoesInOrderInBatchesOfAHundred() throws IOException {
    Files.writeString(directory.resolve("events.jsonl"), lines(1, 171, "\n"));
    api.on(POST, 202, accepted(100)).on(POST, 202, accepted(71));

    assertThat(terminal.run("event", "send", "-f", "events.jsonl")).isZero();

    assertThat(terminal.out()).isEqualTo("171 events accepted, 0 duplicates\n");
    assertThat(api.requests()).hasSize(2);
    assertThat(api.requests().get(0).contentType()).isEqualTo("application/cloudevents-batch+json");
    assertThat(api.requests().get(0).body()).isEqualTo("[" + lines(1, 100, ",") + "]");
    assertThat(api.requests().get(1).body()).isEqualTo("[" + lines(101, 171, ",") + "]");
  }

  @Test
  void theInputIsAFileToo() {
    api.on(
        POST,
        202,
        "{\"accepted\":[{\"id\":\"evt_1\",\"duplicate\":true},{\"id\":\"evt_2\",\"duplicate\":false}]}");

    terminal.typing("\uFEFF{\"id\":\"1\"}\r\n\n{\"id\":\"é\"}").run("event", "send", "-f", "-");

    assertThat(api.request().body()).isEqualTo("[{\"id\":\"1\"},{\"id\":\"é\"}]");
    assertThat(terminal.out()).isEqualTo("1 event accepted, 1 duplicate\n");
  }

  @Test
  void progressIsShownOnATerminalOnly() throws IOException {
    Files.writeString(directory.resolve("events.jsonl"), lines(1, 2, "\n"));
    api.on(POST, 202, accepted(2));

    terminal.interactive().run("event", "send", "-f", "events.jsonl");

    assertThat(terminal.out())
        .contains("█")
        .endsWith("\r\u001B[K2 events accepted, 0 duplicates\n");
  }

  @Test
  void theRefusedLineIsNamedAndWhatWasAccepted() throws IOException {
    Files.writeString(directory.resolve("events.jsonl"), "\n" + lines(1, 150, "\n"));
    api.on(POST, 202, accepted(100));
    api.on(
        POST,
        422,
        """
        {"title":"Invalid event","detail":"the batch was refused",
         "errors":[{"pointer":"/3/type","detail":"sequitur.* is reserved"}]}
        """);

    assertThat(terminal.run("event", "send", "-f", "events.jsonl")).isEqualTo(1);

    // The file begins with a blank line, so its 104th event stands on line 105.
    assertThat(terminal.out()).isEmpty();
    assertThat(terminal.err())
        .isEqualTo(
            """
            sequitur: line 105 of events.jsonl: Invalid event: the batch was refused
              line 105 /type: sequitur.* is reserved
              100 events before that were accepted; the same file can be sent again, what has an id is not stored twice
            """);
  }

  @Test
  void aRefusalWithoutAPlaceNamesTheBatch() throws IOException {
    Files.writeString(directory.resolve("events.jsonl"), lines(1, 3, "\n"));
    api.on(POST, 503, "{\"title\":\"Busy\"}");

    terminal.run("event", "send", "-f", "events.jsonl");

    assertThat(terminal.err())
        .isEqualTo("sequitur: lines 1 to 3 of events.jsonl: Busy\n  no event was accepted\n");
  }

  @Test
  void aLineThatIsNoJsonIsNamed() throws IOException {
    Files.writeString(directory.resolve("events.jsonl"), lines(1, 2, "\n") + "\n{\"id\":\n");
    Files.writeString(directory.resolve("list.jsonl"), "[]");

    assertThat(terminal.run("event", "send", "-f", "events.jsonl")).isEqualTo(1);
    assertThat(terminal.run("event", "send", "-f", "list.jsonl")).isEqualTo(1);

    assertThat(terminal.err())
        .contains("sequitur: line 3 of events.jsonl is not JSON: ")
        .contains("sequitur: line 1 of list.jsonl is not a JSON object");
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void brokenCharactersAreRefusedNotReplaced() throws IOException {
    Files.write(
        directory.resolve("events.jsonl"), "{\"id\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(terminal.run("event", "send", "-f", "events.jsonl")).isEqualTo(1);
    assertThat(terminal.err()).startsWith("sequitur: events.jsonl is not UTF-8 near line 1\n");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThat(terminal.run("event", "send", "-f", "nothing.jsonl")).isEqualTo(1);
    assertThat(terminal.err())
        .isEqualTo("sequitur: there is no file " + directory.resolve("nothing.jsonl") + "\n");
  }

  @Test
  void whatTriggersDidWithAnEventIsShown() {
    api.on(
        "GET /v1/events/evt_1",
        200,
        """
        {"id":"evt_1","state":"routed","event":{"id":"1"},"matches":[{"trigger":"deploys"}],"deliveries":[],
         "actions":[{"trigger":"deploys","kind":"startWorkflow","state":"done","attempts":1,
                     "workflow":{"id":"deploy-1","runId":"r-1"}},
                    {"trigger":"deploys","kind":"startWorkflow","state":"failed","attempts":1,
                     "lastError":"the event has no `data.x`"}]}
        """);
    api.on("GET /v1/deliveries?event=evt_1&limit=200", 200, "{\"items\":[]}");

    assertThat(terminal.run("event", "show", "evt_1")).isZero();
    assertThat(terminal.out())
        .contains(
            """
            TRIGGER  ACTION         STATE   WORKFLOW  RUN  ATTEMPTS  NEXT  ERROR
            deploys  startWorkflow  done    deploy-1  r-1  1         -     -
            deploys  startWorkflow  failed  -         -    1         -     the event has no `data.x`
            """);
  }

  @Test
  void anEventIsShownOnAPage() {
    api.on(
        "GET /v1/events/evt_1",
        200,
        """
        {"id":"evt_1","state":"routed","receivedAt":"2026-05-01T12:00:03.123456Z","key":"o-7","sequence":12,
         "event":{"specversion":"1.0","id":"1","source":"/shop","type":"paid","data":{"total":12.50}},
         "workflow":{"id":"events/9","runId":"r-1"},"matches":[{"trigger":"deploys"},{"trigger":"webhook::erp"}],
         "deliveries":[{"id":"dlv_1","webhook":"erp","state":"retrying"}]}
        """);
    api.on(
        "GET /v1/deliveries?event=evt_1&limit=200",
        200,
        """
        {"items":[{"id":"dlv_1","webhook":"erp","state":"retrying","class":"TIMEOUT","attemptCount":3,
                   "nextAttemptAt":"2026-05-01T12:05:00Z"}]}
        """);

    assertThat(terminal.run("event", "show", "evt_1")).isZero();
    assertThat(terminal.out())
        .isEqualTo(
            """
            event     evt_1
            state     routed
            type      paid
            source    /shop
            own id    1
            received  2026-05-01T12:00:03.123Z
            key       o-7
            sequence  12
            triggers  deploys, webhook::erp
            workflow  events/9
            run       r-1

            why a trigger matched, or did not: sequitur event show evt_1 --explain TRIGGER

            DELIVERY  WEBHOOK  STATE     CLASS    ATTEMPTS  NEXT
            dlv_1     erp      retrying  TIMEOUT  3         2026-05-01T12:05:00Z

            data
              {
                "total": 12.50
              }
            """);
  }

  @Test
  void eventsAreListedByTypeAndSource() {
    api.on(
        "GET /v1/events?type=paid&source=%2Fshop&limit=2",
        200,
        """
        {"items":[{"id":"evt_1","type":"paid","source":"/shop","state":"routed","receivedAt":"2026-05-01T12:00:03.9Z"},
                  {"id":"evt_2","type":"paid","source":"/shop","state":"pending"}],"next":"more"}
        """);

    terminal.run("event", "list", "--type", "paid", "--source", "/shop", "--limit", "2");

    assertThat(terminal.out())
        .isEqualTo(
            """
            ID     TYPE  SOURCE  SUBJECT  STATE    RECEIVED
            evt_1  paid  /shop   -        routed   2026-05-01T12:00:03Z
            evt_2  paid  /shop   -        pending  -
            """);
    assertThat(terminal.err()).isEqualTo("there are more; --limit shows them\n");
  }

  private static String lines(int first, int last, String separator) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(i -> "{\"id\":\"%d\",\"type\":\"x\"}".formatted(i))
        .collect(Collectors.joining(separator));
  }

  private static String accepted(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> "{\"id\":\"evt_%d\",\"duplicate\":false}".formatted(i))
        .collect(Collectors.joining(",", "{\"accepted\":[", "]}"));
  }
}
