package io.sequitur.activities.delivery.http;

import static io.sequitur.activities.delivery.http.EgressFixture.BODY;
import static io.sequitur.activities.delivery.http.EgressFixture.failed;
import static io.sequitur.activities.delivery.http.EgressFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.FailureClass;
import io.sequitur.workflows.delivery.HttpHeader;
import java.time.Duration;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressClientTest {
  private final MockWebServer server = new MockWebServer();
  private final EgressClient client = EgressFixture.client();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void receiverGetsTheExactBytesAndHeaders() throws Exception {
    server.enqueue(new MockResponse(202, Headers.of(), "thanks"));
    var result =
        client.send(
            request(
                url(),
                HttpHeader.open("content-type", "application/cloudevents+json; charset=utf-8"),
                HttpHeader.open("X-Env", "old"),
                HttpHeader.secret("x-env", "new"),
                HttpHeader.open("Accept-Encoding", "gzip")));

    assertThat(result.outcome()).isEqualTo(new Delivered(202));
    assertThat(result.responseBody()).isEqualTo("thanks");
    assertThat(result.duration()).isPositive();
    assertThat(result.receivers()).isPositive().isLessThanOrEqualTo(result.duration());
    RecordedRequest received = server.takeRequest();
    assertThat(received.getMethod()).isEqualTo("POST");
    assertThat(received.getBody()).isEqualTo(ByteString.of(BODY));
    assertThat(received.getHeaders().values("x-env")).containsExactly("new");
    assertThat(received.getHeaders().values("accept-encoding")).containsExactly("identity");
    assertThat(received.getHeaders().values("content-type"))
        .containsExactly("application/cloudevents+json; charset=utf-8");
    assertThat(received.getHeaders().values("content-length"))
        .containsExactly(Integer.toString(BODY.length));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 421, 503})
  void answersThatOkHttpWouldRetryAreAttemptedOnce(int status) {
    server.enqueue(new MockResponse(status, Headers.of("Retry-After", "0"), "busy"));
    server.enqueue(new MockResponse.Builder().code(200).build());
    var failed = failed(client.send(request(url())));
    assertThat(failed.status()).isEqualTo(status);
    assertThat(failed.retryAfter()).isEqualTo(status == 503 ? Duration.ZERO : null);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreNotFollowed(int status) {
    server.enqueue(new MockResponse(status, Headers.of("Location", url()), ""));
    server.enqueue(new MockResponse.Builder().code(200).build());
    assertThat(failed(client.send(request(url()))).status()).isEqualTo(status);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"401,WWW-Authenticate", "407,Proxy-Authenticate"})
  void credentialsAreNotAskedForAgain(int status, String header) {
    server.enqueue(new MockResponse(status, Headers.of(header, "Basic realm=x"), "no"));
    server.enqueue(new MockResponse.Builder().code(200).build());
    var failed = failed(client.send(request(url())));
    assertThat(failed.failureClass()).isEqualTo(FailureClass.HTTP_CLIENT_ERROR);
    assertThat(failed.status()).isEqualTo(status);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void cookiesAreNotKept() throws Exception {
    server.enqueue(new MockResponse(200, Headers.of("Set-Cookie", "a=b"), ""));
    server.enqueue(new MockResponse.Builder().code(200).build());
    client.send(request(url()));
    client.send(request(url()));
    server.takeRequest();
    assertThat(server.takeRequest().getHeaders().get("cookie")).isNull();
  }

  @Test
  void connectionIsReusedForTheNextAttempt() throws Exception {
    for (int i = 0; i < 20; i++) {
      server.enqueue(new MockResponse(200, Headers.of(), "ok"));
      assertThat(client.send(request(url())).outcome()).isEqualTo(new Delivered(200));
    }
    int[] connections =
        IntStream.range(0, 20).map(i -> take().getConnectionIndex()).distinct().toArray();
    assertThat(connections).containsExactly(0);
  }

  @Test
  void invalidHeaderFailsAsConfigurationWithoutItsValueAndWithoutARequest() {
    for (var header :
        new HttpHeader[] {
          HttpHeader.secret("X-Env", "hunter2\r\nX-Evil: 1"),
          HttpHeader.secret("X-Env", "hunter2\u0000"),
          HttpHeader.open("Host", "hunter2"),
          HttpHeader.open("Transfer-Encoding", "hunter2"),
          HttpHeader.open("Content-Length", "hunter2"),
          HttpHeader.open("X:Y", "hunter2")
        }) {
      var failed = failed(client.send(request(url(), header)));
      assertThat(failed.failureClass()).isEqualTo(FailureClass.CONFIG);
      assertThat(failed.detail()).doesNotContain("hunter2");
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void literalPercentEncodingInAValueStaysLiteral() {
    server.enqueue(new MockResponse.Builder().code(200).build());
    client.send(request(url(), HttpHeader.open("X-Env", "%0d%0aX-Evil: 1")));
    Headers received = take().getHeaders();
    assertThat(received.get("X-Env")).isEqualTo("%0d%0aX-Evil: 1");
    assertThat(received.get("X-Evil")).isNull();
  }

  // A process that is cold or busy takes seconds to get to it.
  @Test
  void whatThisProcessTakesItselfIsNotTheReceivers() {
    server.enqueue(new MockResponse.Builder().code(200).build());
    Duration own = Duration.ofMillis(400);
    try (EgressClient busy = EgressFixture.busyClient(own)) {
      var result = busy.send(request(url()));
      assertThat(result.outcome()).isEqualTo(new Delivered(200));
      assertThat(result.duration().minus(result.receivers())).isGreaterThanOrEqualTo(own);
    }
  }

  @Test
  void requestNeedsATimeout() {
    assertThatThrownBy(() -> request(url(), Duration.ZERO)).hasMessageContaining("1ms or more");
  }

  private String url() {
    return server.url("/hooks").toString();
  }

  private RecordedRequest take() {
    try {
      return server.takeRequest();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
