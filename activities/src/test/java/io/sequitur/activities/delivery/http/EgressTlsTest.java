package io.sequitur.activities.delivery.http;

import static io.sequitur.activities.delivery.http.EgressFixture.LOOPBACK;
import static io.sequitur.activities.delivery.http.EgressFixture.failed;
import static io.sequitur.activities.delivery.http.EgressFixture.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.FailureClass;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Dns;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

/** Certificates are always checked, and what fails goes out in no other way. */
class EgressTlsTest {
  /** RFC 8446 section 5.1. */
  private static final int TLS_HANDSHAKE_RECORD = 22;

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();

  @Test
  void validCertificateIsAccepted() throws Exception {
    assertThat(attempt(certificate("127.0.0.1").build()).outcome()).isEqualTo(new Delivered(200));
  }

  @Test
  void expiredCertificateFails() throws Exception {
    long now = Instant.now().toEpochMilli();
    long day = Duration.ofDays(1).toMillis();
    var expired = certificate("127.0.0.1").validityInterval(now - 2 * day, now - day).build();
    assertTls(attempt(expired), "has expired");
  }

  @Test
  void certificateOfAnotherNameFails() throws Exception {
    assertTls(attempt(certificate("other.example").build()), "made for another name");
  }

  @Test
  void selfSignedCertificateFails() throws Exception {
    var stranger = new HeldCertificate.Builder().addSubjectAlternativeName("127.0.0.1").build();
    assertTls(attempt(stranger), "not issued by an authority");
  }

  @Test
  void plainServerIsNotSentTheRequestInClear() throws Exception {
    var firstByte = new CompletableFuture<Integer>();
    try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = EgressFixture.client()) {
      Thread.ofVirtual().start(() -> answerInClear(plain, firstByte));
      var result = client.send(request("https://127.0.0.1:" + plain.getLocalPort() + "/"));
      assertTls(result, "handshake");
      assertThat(firstByte.join()).isEqualTo(TLS_HANDSHAKE_RECORD);
    }
  }

  private static void answerInClear(ServerSocket server, CompletableFuture<Integer> firstByte) {
    try (var socket = server.accept()) {
      firstByte.complete(socket.getInputStream().read());
      socket.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes(US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      firstByte.completeExceptionally(e);
    }
  }

  private static void assertTls(EgressResult result, String reason) {
    assertThat(failed(result).failureClass()).isEqualTo(FailureClass.TLS);
    assertThat(failed(result).detail()).contains(reason);
  }

  private static HeldCertificate.Builder certificate(String name) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(name).signedBy(AUTHORITY);
  }

  /** One attempt at a server with this certificate, by a client that trusts the authority. */
  private static EgressResult attempt(HeldCertificate certificate) throws Exception {
    var held = new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    var trusted =
        new HandshakeCertificates.Builder().addTrustedCertificate(AUTHORITY.certificate()).build();
    var dns = new OffThreadDns(Dns.SYSTEM);
    var transport =
        EgressClient.transport(LOOPBACK, dns)
            .newBuilder()
            .sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager())
            .build();
    try (var server = new MockWebServer();
        var client = new EgressClient(LOOPBACK, InstantSource.system(), dns, transport)) {
      server.useHttps(held.sslSocketFactory());
      server.enqueue(new MockResponse.Builder().code(200).build());
      server.start();
      var result = client.send(request("https://127.0.0.1:" + server.getPort() + "/"));
      assertThat(server.getRequestCount()).isEqualTo(result.outcome() instanceof Delivered ? 1 : 0);
      return result;
    }
  }
}
