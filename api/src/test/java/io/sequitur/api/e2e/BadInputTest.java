package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must be refused: with a 4xx that explains, without a trace, and nothing stored. */
final class BadInputTest extends EndToEnd {
  private static final int LIMIT = 256 * 1024;
  private static final String BATCH = "application/cloudevents-batch+json";
  private static final String STRUCTURED = "application/cloudevents+json";

  BadInputTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  static Stream<Arguments> badEvents() {
    String nested = "[".repeat(100_000) + "]".repeat(100_000);
    return Stream.of(
        badEvent("no JSON", STRUCTURED, "{", 400),
        badEvent("empty", STRUCTURED, "", 400),
        badEvent("array as one event", STRUCTURED, "[]", 400),
        badEvent(
            "no type",
            STRUCTURED,
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"SOURCE\"}",
            400),
        badEvent("empty type", STRUCTURED, full("\"type\":\"\""), 400),
        badEvent("empty id", STRUCTURED, full("\"type\":\"t\"").replace("\"1\"", "\"\""), 400),
        badEvent(
            "control character in the id",
            STRUCTURED,
            full("\"type\":\"t\"").replace("\"1\"", "\"\\u0001\""),
            400),
        badEvent("NUL in the type", STRUCTURED, full("\"type\":\"t\\u0000\""), 400),
        badEvent(
            "id of 10 KB",
            STRUCTURED,
            full("\"type\":\"t\"").replace("\"1\"", "\"" + "x".repeat(10_000) + "\""),
            400),
        badEvent("type twice", STRUCTURED, full("\"type\":\"t\",\"type\":\"u\""), 400),
        badEvent("lone surrogate", STRUCTURED, full("\"type\":\"t\",\"data\":\"\\ud800\""), 400),
        badEvent("deep nesting", STRUCTURED, full("\"type\":\"t\",\"data\":" + nested), 400),
        badEvent("byte order mark", STRUCTURED, "\ufeff" + full("\"type\":\"t\""), 400),
        badEvent("wrong version", STRUCTURED, full("\"type\":\"t\"").replace("1.0", "0.3"), 400),
        badEvent("bad time", STRUCTURED, full("\"type\":\"t\",\"time\":\"yesterday\""), 400),
        badEvent(
            "too large",
            STRUCTURED,
            full("\"type\":\"t\",\"data\":\"" + "x".repeat(LIMIT) + "\""),
            413),
        badEvent(
            "engine's own type", STRUCTURED, full("\"type\":\"sequitur.webhook.created\""), 422),
        badEvent("unknown content type", "text/plain", full("\"type\":\"t\""), 415),
        badEvent("batch that is no array", BATCH, full("\"type\":\"t\""), 400),
        badEvent(
            "batch of 1001",
            BATCH,
            IntStream.rangeClosed(0, 1_000)
                .mapToObj(i -> full("\"type\":\"t\"").replace("\"1\"", "\"" + i + "\""))
                .collect(Collectors.joining(",", "[", "]")),
            400,
            413));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badEvents")
  void badEventIsRefused(String what, String contentType, String body, int[] statuses) {
    Response answer =
        api.post("/v1/events", body.replace("SOURCE", name), "Content-Type", contentType);
    assertRefused(answer, statuses);
    assertThat(pg().count("select count(*) from sequitur.event where source = ?", name)).isZero();
  }

  @Test
  void nulInAnAddressIsRefused() {
    for (String address :
        List.of(
            "/v1/webhooks/%00",
            "/v1/webhooks/a%00b",
            "/v1/events?type=%00",
            "/v1/events/x?explain=%00",
            "/v1/deliveries?webhook=%00")) {
      assertThat(api.get(address).expect(400).body()).contains("NUL");
    }
    api.post("/v1/triggers/%00/test", "{}").expect(400);
    api.delete("/v1/key-values/%00").expect(400);
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    byte[] body =
        full("\"type\":\"t\",\"data\":\"?\"")
            .replace("SOURCE", name)
            .getBytes(StandardCharsets.ISO_8859_1);
    body[body.length - 3] = (byte) 0xff;
    assertRefused(api.sendBytes("POST", "/v1/events", body, "Content-Type", STRUCTURED), 400);
    assertThat(pg().count("select count(*) from sequitur.event where source = ?", name)).isZero();
  }

  @Test
  void hugeExponentIsKeptAsTextAndHarmsNobody() {
    webhook("\"filter\":\"data.n > 1\"");
    Response answer = api.post("/v1/events", event("1", "\"data\":{\"n\":1e1000000}"));
    if (answer.status() == 202) {
      publish("2", "\"data\":{\"n\":2}");
      eventually("the engine goes on")
          .until(() -> received().stream().anyMatch(one -> one.body().contains("\"id\":\"2\"")));
    } else {
      assertRefused(answer, 400);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://[::127.0.0.1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://168.63.129.16/",
        "http://100.100.100.200/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://192.168.0.1/",
        "http://172.16.0.1/",
        "http://198.18.0.1/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::7f00:1]/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "jar:http://example.com/a.jar!/",
        "http://user:pw@example.com/",
        "https://example.com/#fragment",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://example.com:5432/",
        "https://example.com:7233/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com/\\r\\nX-Evil: 1",
        "https://exa\\tmple.com/",
        "https://example.com/\\u0000",
        "https://",
        "example.com",
        "",
      })
  void urlThatMayNotBeCalledIsRefused(String url) {
    assertRefused(api.put("/v1/webhooks/" + name, "{\"url\":\"" + url + "\"}"), 422, 400);
    api.get("/v1/webhooks/" + name).expect(404);
  }

  @Test
  void urlOfTenThousandCharactersIsRefused() {
    String url = "https://example.com/" + "a".repeat(10_000);
    assertRefused(api.put("/v1/webhooks/" + name, "{\"url\":\"" + url + "\"}"), 422);
  }

  static Stream<String> badHeaders() {
    return Stream.of(
        header("X:Y", "a"),
        header("X Y", "a"),
        header("X(Y", "a"),
        header("", "a"),
        header("X".repeat(300), "a"),
        header("Host", "a"),
        header("content-length", "1"),
        header("Transfer-Encoding", "chunked"),
        header("Webhook-Signature", "v1,a"),
        header("WEBHOOK-ID", "a"),
        header("Connection", "close"),
        header("Proxy-Authorization", "a"),
        header("Cookie", "a"),
        header("X-Forwarded-For", "a"),
        header("X-Amz-Date", "a"),
        header("X-A", "a\\r\\nX-Evil: 1"),
        header("X-A", "a\\nb"),
        header("X-A", "\\u0000"),
        header("X-A", "grüße"),
        header("X-A", "a".repeat(5_000)),
        header("X-A", "a") + "," + header("x-a", "b"),
        IntStream.rangeClosed(0, 50)
            .mapToObj(i -> header("X-" + i, "a"))
            .collect(Collectors.joining(",")),
        IntStream.range(0, 17)
            .mapToObj(i -> header("X-" + i, "a".repeat(1_024)))
            .collect(Collectors.joining(",")),
        "{\"name\":\"X-A\"}",
        "{\"name\":\"X-A\",\"value\":\"a\",\"keyValue\":\"b\"}");
  }

  @ParameterizedTest
  @MethodSource("badHeaders")
  void headerThatMayNotBeSentIsRefused(String headers) {
    assertRefused(
        api.put("/v1/webhooks/" + name, definition("\"headers\":[" + headers + "]")), 400, 422);
    api.get("/v1/webhooks/" + name).expect(404);
  }

  @Test
  void percentSignsInAHeaderStayWhatTheyAre() {
    webhook("\"headers\":[" + header("X-A", "a%0d%0aX-Evil: 1") + "]");
    publish("1", "");
    assertThat(awaitReceived(1).getFirst().header("x-a")).isEqualTo("a%0d%0aX-Evil: 1");
    assertThat(received().getFirst().headers()).doesNotContainKey("x-evil");
  }

  @Test
  void badHeaderThatCameBySqlFailsTheAttemptAndIsNotSaidAnywhere() {
    webhook("\"retry\":\"1h\",\"headers\":[" + header("X-A", "good") + "]");
    pg().update(
            "update sequitur.webhook_header set value = ? where webhook_uid = (select uid from sequitur.webhook where name = ?)",
            "canary\r\nX-Evil: 1",
            name);
    publish("1", "");
    eventually("the attempt is recorded")
        .until(
            () -> pg().text("select class from sequitur.delivery where webhook = ?", name),
            "CONFIG"::equals);

    assertThat(received()).isEmpty();
    assertThat(api.delivery(name).toString()).doesNotContain("canary");
    assertThat(sequitur.output()).doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/webhooks?limit=0",
        "/v1/webhooks?limit=201",
        "/v1/webhooks?limit=many",
        "/v1/webhooks?cursor=%27%3Bdrop",
        "/v1/key-values?cursor=AAAA%00",
        "/v1/deliveries?state=lost",
        "/v1/deliveries?since=yesterday",
        "/v1/deliveries?event=1",
        "/v1/deliveries?state=blocked,,held",
        "/v1/deliveries?cursor=zzz",
        "/v1/replays?cursor=zzz",
        "/v1/events?cursor=zzz",
      })
  void badQueryIsRefused(String path) {
    Response answer = api.get(path);
    assertRefused(answer, 400, 422);
    assertThat(answer.body()).doesNotContain("For input string", "There is no state .");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER", "-a", "a+b", "a%20b", "a%00", "%27%3B--", "a%2Fb"})
  void badNameIsRefused(String bad) {
    Response answer = api.put("/v1/key-values/" + bad, "{\"kind\":\"static\",\"value\":\"v\"}");
    assertRefused(answer, 400, 404, 422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "PATCH", "DELETE", "BREW"})
  void methodThatIsNotThereIsRefused(String method) {
    assertRefused(api.send(method, "/v1/events", null), 405, 501);
  }

  private static void assertRefused(Response answer, int... statuses) {
    assertThat(statuses).contains(answer.status());
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().get("status").intValue()).isEqualTo(answer.status());
    assertThat(answer.json().get("detail").textValue()).isNotBlank();
    assertThat(answer.body())
        .doesNotContain("Exception")
        .doesNotContain("\tat ")
        .doesNotContain("java.");
  }

  private static Arguments badEvent(String what, String contentType, String body, int... statuses) {
    return Arguments.of(what, contentType, body, statuses);
  }

  private static String full(String more) {
    return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"SOURCE\"," + more + "}";
  }

  private static String header(String name, String value) {
    return "{\"name\":\"%s\",\"value\":\"%s\"}".formatted(name, value);
  }
}
