package io.sequitur.activities.delivery.http;

import static io.sequitur.activities.delivery.http.EgressFixture.LOOPBACK;
import static io.sequitur.activities.delivery.http.EgressFixture.failed;
import static io.sequitur.activities.delivery.http.EgressFixture.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.delivery.http.EgressFixture.Behaviour;
import io.sequitur.activities.delivery.http.EgressFixture.RawServer;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.FailureClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong outside, by what it is called and what its owner is told to do. */
class EgressFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().commonName("ours").certificateAuthority(0).build();
  private static final HeldCertificate STRANGER =
      new HeldCertificate.Builder().commonName("theirs").certificateAuthority(0).build();
  private static final HeldCertificate SELF_SIGNED =
      new HeldCertificate.Builder().commonName("me").addSubjectAlternativeName("127.0.0.1").build();

  /** A receiver, and what is said of an attempt at it. */
  record Case(
      String name, FailureClass failureClass, String detail, String hint, Receiver receiver) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Makes one attempt at itself. */
  @FunctionalInterface
  interface Receiver {
    EgressResult attempt() throws IOException;
  }

  static Stream<Case> failures() throws IOException {
    long now = Instant.now().toEpochMilli();
    long day = Duration.ofDays(1).toMillis();
    String tls = "set the webhook's certificateAuthority";
    String connection = "receiver is running";
    return Stream.of(
        new Case(
            "expired certificate",
            FailureClass.TLS,
            "its certificate has expired",
            "valid today",
            () ->
                tls(
                    issued("127.0.0.1").validityInterval(now - 2 * day, now - day).build(),
                    trusting(AUTHORITY))),
        new Case(
            "certificate of another host",
            FailureClass.TLS,
            "made for another name",
            "made for this host name",
            () -> tls(issued("other.example").build(), trusting(AUTHORITY))),
        new Case(
            "self-signed certificate",
            FailureClass.TLS,
            "not issued by an authority that is trusted here",
            tls,
            () -> tls(SELF_SIGNED, null)),
        new Case(
            "certificate of another authority than the webhook's",
            FailureClass.TLS,
            "not issued by the webhook's certificateAuthority",
            tls,
            () -> tls(issued("127.0.0.1").build(), trusting(STRANGER))),
        new Case(
            "no such name",
            FailureClass.CONNECTION,
            "nowhere.example could not be resolved",
            "host name is right",
            EgressFailureTest::unknownName),
        new Case(
            "refused connection",
            FailureClass.CONNECTION,
            "No connection to 127.0.0.1",
            connection,
            EgressFailureTest::refused),
        new Case(
            "reset connection",
            FailureClass.CONNECTION,
            "broke before an answer came",
            connection,
            () -> raw(PATIENCE, (socket, out) -> socket.setSoLinger(true, 0))),
        new Case(
            "answer that drips",
            FailureClass.TIMEOUT,
            "No answer from 127.0.0.1 within 300ms",
            "answer 2xx first",
            () -> raw(SHORT, EgressFailureTest::drip)),
        new Case(
            "no answer",
            FailureClass.TIMEOUT,
            "No answer from 127.0.0.1 within 300ms",
            "raise the webhook's timeout",
            () -> raw(SHORT, (socket, out) -> socket.getInputStream().readAllBytes())),
        new Case(
            "huge header",
            FailureClass.CONNECTION,
            "headers are larger than 256 KiB",
            connection,
            () ->
                answer(
                    "HTTP/1.1 200 OK\r\nx-huge: " + "h".repeat(1 << 20) + "\r\n\r\n", new byte[0])),
        new Case(
            "many headers",
            FailureClass.CONNECTION,
            "headers are larger than 256 KiB",
            connection,
            () ->
                answer(
                    "HTTP/1.1 200 OK\r\n" + "x-many: value\r\n".repeat(1 << 16) + "\r\n",
                    new byte[0])),
        new Case(
            "compressed answer that would inflate to 64 MiB",
            FailureClass.HTTP_SERVER_ERROR,
            "answered 500",
            "its own log for the webhook-id",
            EgressFailureTest::bomb),
        new Case(
            "redirect",
            FailureClass.HTTP_CLIENT_ERROR,
            "answered 307",
            "Redirects are not followed",
            () ->
                answer(
                    "HTTP/1.1 307 Moved\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n",
                    new byte[0])));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failureHasItsClassAndSaysWhatToDo(Case failure) throws IOException {
    EgressResult result = failure.receiver.attempt();
    assertThat(failed(result).failureClass()).isEqualTo(failure.failureClass);
    assertThat(failed(result).detail()).contains(failure.detail);
    assertThat(failed(result).hint()).contains(failure.hint);
  }

  @Test
  void ownAuthorityMakesTheSelfSignedOneAndWhatItIssuesPass() throws IOException {
    assertThat(tls(SELF_SIGNED, trusting(SELF_SIGNED)).outcome()).isEqualTo(new Delivered(200));
    assertThat(tls(issued("127.0.0.1").build(), trusting(STRANGER, AUTHORITY)).outcome())
        .isEqualTo(new Delivered(200));
  }

  @Test
  void connectionOfOneWebhookIsNotUsedForAnotherThatTrustsSomebodyElse() throws IOException {
    try (var server = server(issued("127.0.0.1").build());
        var client = EgressFixture.client()) {
      String url = "https://127.0.0.1:" + server.getPort() + "/";
      TrustedAuthorities ours = trusting(AUTHORITY);
      for (int i = 0; i < 2; i++) {
        assertThat(client.send(request(url, PATIENCE, ours)).outcome())
            .isEqualTo(new Delivered(200));
      }
      assertThat(server.takeRequest().getConnectionIndex()).isZero();
      assertThat(server.takeRequest().getExchangeIndex()).as("its own is used again").isEqualTo(1);
      for (TrustedAuthorities other : new TrustedAuthorities[] {null, trusting(STRANGER)}) {
        assertThat(failed(client.send(request(url, PATIENCE, other))).failureClass())
            .isEqualTo(FailureClass.TLS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TrustedAuthorities trusting(HeldCertificate... authorities) {
    StringBuilder pem = new StringBuilder();
    List.of(authorities).forEach(authority -> pem.append(authority.certificatePem()));
    return TrustedAuthorities.parse(pem.toString());
  }

  private static HeldCertificate.Builder issued(String name) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(name).signedBy(AUTHORITY);
  }

  private static MockWebServer server(HeldCertificate certificate) throws IOException {
    MockWebServer server = new MockWebServer();
    server.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .build()
            .sslSocketFactory());
    for (int i = 0; i < 2; i++) {
      server.enqueue(new MockResponse.Builder().code(200).build());
    }
    server.start();
    return server;
  }

  private static EgressResult tls(HeldCertificate certificate, @Nullable TrustedAuthorities trusted)
      throws IOException {
    try (var server = server(certificate);
        var client = EgressFixture.client()) {
      return client.send(request("https://127.0.0.1:" + server.getPort() + "/", PATIENCE, trusted));
    }
  }

  private static EgressResult unknownName() {
    try (var client =
        EgressFixture.clientWithDns(
            LOOPBACK,
            name -> {
              throw new UnknownHostException(name);
            })) {
      return client.send(request("http://nowhere.example/"));
    }
  }

  private static EgressResult refused() throws IOException {
    int port;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    try (var client = EgressFixture.client()) {
      return client.send(request("http://127.0.0.1:" + port + "/"));
    }
  }

  private static EgressResult raw(Duration timeout, Behaviour behaviour) throws IOException {
    try (var server = new RawServer(behaviour);
        var client = EgressFixture.client()) {
      return client.send(request(server.url(), timeout, (TrustedAuthorities) null));
    }
  }

  private static EgressResult answer(String head, byte[] body) throws IOException {
    return raw(
        PATIENCE,
        (socket, out) -> {
          out.write(head.getBytes(US_ASCII));
          out.write(body);
          out.flush();
          // Until the client has had enough.
          socket.getInputStream().readAllBytes();
        });
  }

  private static EgressResult bomb() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    EgressResult result =
        answer(
            "HTTP/1.1 500 Oops\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n"
                .formatted(zipped.size()),
            zipped.toByteArray());
    assertThat(result.responseBody())
        .isEqualTo("(the answer is compressed, although none was asked for)");
    return result;
  }

  // Another byte whenever the caller has said nothing for a moment, until it hangs up.
  private static void drip(Socket socket, OutputStream out) throws IOException {
    socket.setSoTimeout(20);
    out.write("HTTP/1.1 200 OK\r\nx-drip: ".getBytes(US_ASCII));
    boolean there = true;
    while (there) {
      out.write('d');
      out.flush();
      try {
        there = socket.getInputStream().read() >= 0;
      } catch (SocketTimeoutException e) {
        // It waits: another byte.
      }
    }
  }
}
