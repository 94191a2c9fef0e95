package io.sequitur.activities.delivery.http;

import static io.sequitur.activities.delivery.http.EgressFixture.LOOPBACK;
import static io.sequitur.activities.delivery.http.EgressFixture.clientWithDns;
import static io.sequitur.activities.delivery.http.EgressFixture.failed;
import static io.sequitur.activities.delivery.http.EgressFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.activities.delivery.http.EgressFixture.RawServer;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.FailureClass;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where requests go, and where they must not. */
class EgressGuardTest {
  /** No private network on the operator's list has these tests' loopback in it. */
  private static final EgressPolicy OTHER_NETWORK = EgressPolicy.parse("10.0.0.0/8");

  private final MockWebServer server = new MockWebServer();
  private final Dns rebound = name -> List.of(InetAddress.getLoopbackAddress());

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nameThatTurnsToLoopbackIsStoppedAtTheSocket() throws Exception {
    try (var canary = new RawServer((socket, out) -> out.write(1));
        var client = clientWithDns(OTHER_NETWORK, rebound)) {
      var failed = failed(client.send(request("http://rebind.example:" + canary.port() + "/")));
      assertThat(failed.failureClass()).isEqualTo(FailureClass.BLOCKED);
      assertThat(failed.detail()).doesNotContain("127.0.0.1");
      assertThat(canary.connections).hasValue(0);
    }
  }

  @Test
  void nameWithOnlyForbiddenAddressesIsStoppedAtTheLookUp() {
    var policy = OTHER_NETWORK;
    try (var client = clientWithDns(policy, new GuardedDns(policy, rebound))) {
      assertThat(failed(client.send(request("http://rebind.example/"))).failureClass())
          .isEqualTo(FailureClass.BLOCKED);
    }
  }

  @Test
  void addressThatMayNotBeCalledIsLeftOutOfALookUp() throws Exception {
    InetAddress forbidden = IpLiterals.parse("169.254.169.254").orElseThrow();
    var dns =
        new GuardedDns(LOOPBACK, name -> List.of(forbidden, InetAddress.getLoopbackAddress()));
    assertThat(dns.lookup("example.com")).containsExactly(InetAddress.getLoopbackAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:%d/", "http://localhost:%d/", "http://[::ffff:127.0.0.1]:%d/"})
  void loopbackIsNotCalledUnlessAllowed(String url) throws Exception {
    try (var canary = new RawServer((socket, out) -> out.write(1));
        var client = clientWithDns(OTHER_NETWORK, Dns.SYSTEM)) {
      assertThat(failed(client.send(request(url.formatted(canary.port())))).failureClass())
          .isEqualTo(FailureClass.BLOCKED);
      assertThat(canary.connections).hasValue(0);
    }
  }

  @Test
  void socketItselfRefusesForbiddenAddressesPortsAndUnresolvedNames() throws Exception {
    var sockets = new GuardedSocketFactory(EgressPolicy.publicOnly());
    var forbidden =
        List.of(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 80),
            new InetSocketAddress(IpLiterals.parse("1.1.1.1").orElseThrow(), 22),
            InetSocketAddress.createUnresolved("example.com", 80));
    for (var address : forbidden) {
      try (var socket = sockets.createSocket()) {
        assertThatThrownBy(() -> socket.connect(address))
            .isInstanceOf(BlockedAddressException.class);
      }
    }
    assertThatThrownBy(() -> sockets.createSocket("127.0.0.1", server.getPort()))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void blockedAndRefusedReadTheSame() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    String url = "http://scan.example:" + closed + "/";
    Failed refused;
    Failed blocked;
    try (var allowed = clientWithDns(OTHER_NETWORK.withLoopback(), rebound);
        var guarded = clientWithDns(OTHER_NETWORK, rebound)) {
      refused = failed(allowed.send(request(url)));
      blocked = failed(guarded.send(request(url)));
    }
    assertThat(refused.failureClass()).isEqualTo(FailureClass.CONNECTION);
    assertThat(blocked.failureClass()).isEqualTo(FailureClass.BLOCKED);
    assertThat(blocked.detail()).isEqualTo(refused.detail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http.proxyHost", "socksProxyHost"})
  void proxiesOfTheJvmAreNotUsed(String property) throws Exception {
    String port = property.replace("Host", "Port");
    try (var proxy = new RawServer((socket, out) -> out.write(1));
        var client = EgressFixture.clientWithDns(OTHER_NETWORK.withLoopback(), rebound)) {
      System.setProperty(property, "127.0.0.1");
      System.setProperty(port, Integer.toString(proxy.port()));
      System.setProperty("http.nonProxyHosts", "");
      server.enqueue(new MockResponse.Builder().code(200).build());
      var result = client.send(request("http://direct.example:" + server.getPort() + "/"));
      assertThat(result.outcome()).isEqualTo(new Delivered(200));
      assertThat(proxy.connections).hasValue(0);
    } finally {
      System.clearProperty(property);
      System.clearProperty(port);
      System.clearProperty("http.nonProxyHosts");
    }
  }

  @Test
  void unknownNameIsAConnectionProblem() {
    Dns none =
        name -> {
          throw new UnknownHostException("secret resolver 10.0.0.53: " + name);
        };
    try (var client = clientWithDns(LOOPBACK, none)) {
      var failed = failed(client.send(request("http://nowhere.example/")));
      assertThat(failed.failureClass()).isEqualTo(FailureClass.CONNECTION);
      assertThat(failed.detail()).isEqualTo("The name nowhere.example could not be resolved.");
    }
  }

  @Test
  @Timeout(30)
  void slowNameServerEndsAtTheTimeout() {
    var never = new CountDownLatch(1);
    Dns slow =
        name -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new UnknownHostException(name);
        };
    try (var client = clientWithDns(LOOPBACK, slow)) {
      var timeout = Duration.ofMillis(500);
      var result = client.send(request("http://slow.example/", timeout));
      assertThat(failed(result).failureClass()).isEqualTo(FailureClass.TIMEOUT);
      assertThat(failed(result).detail()).isEqualTo("No connection to slow.example within 500ms.");
      assertThat(result.duration()).isBetween(timeout, Duration.ofSeconds(5));
      assertThat(result.receivers()).isBetween(timeout.dividedBy(5), Duration.ofSeconds(5));
    } finally {
      never.countDown();
    }
  }

  @Test
  void secondAddressOfANameIsTriedWhenTheFirstRefuses() throws Exception {
    InetAddress other = IpLiterals.parse("127.0.0.2").orElseThrow();
    server.enqueue(new MockResponse.Builder().code(200).build());
    try (var client =
        clientWithDns(
            OTHER_NETWORK.withLoopback(),
            name -> List.of(other, IpLiterals.parse("127.0.0.1").orElseThrow()))) {
      var result = client.send(request("http://two.example:" + server.getPort() + "/"));
      assertThat(result.outcome()).isEqualTo(new Delivered(200));
      assertThat(server.getRequestCount()).isEqualTo(1);
    }
  }

  @Test
  void interruptedAttemptEndsWithoutBlamingTheReceiver() throws Exception {
    var arrived = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var result = new java.util.concurrent.CompletableFuture<EgressResult>();
    try (var silent =
            new RawServer((socket, out) -> {
              arrived.countDown();
              never.await();
            });
        var client = EgressFixture.client()) {
      Thread attempt =
          Thread.ofVirtual().start(() -> result.complete(client.send(request(silent.url()))));
      arrived.await();
      attempt.interrupt();
      attempt.join();
      assertThat(failed(result.join()).failureClass()).isEqualTo(FailureClass.UNKNOWN);
      assertThat(failed(result.join()).detail()).contains("stopping");
    }
  }
}
