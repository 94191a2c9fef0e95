package io.sequitur.activities.delivery.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OffThreadDnsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final List<InetAddress> LOOPBACK = List.of(InetAddress.getLoopbackAddress());

  @Test
  void attemptsJoinALookUpOfTheSameNameThatIsUnderWay() throws Exception {
    var lookUps = new AtomicInteger();
    var asking = new Semaphore(0);
    var answer = new CountDownLatch(1);
    Dns slow =
        name -> {
          lookUps.incrementAndGet();
          asking.release();
          await(answer);
          return LOOPBACK;
        };
    try (var dns = new OffThreadDns(slow);
        var attempts = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = attempts.submit(() -> lookup(dns, "a.example", LONG));
      asking.acquire();
      assertThatThrownBy(() -> lookup(dns, "a.example", Duration.ofMillis(50)))
          .isInstanceOf(OffThreadDns.LookupTimeoutException.class);
      answer.countDown();
      assertThat(first.get()).isEqualTo(LOOPBACK);
      assertThat(lookUps).hasValue(1);
    }
  }

  @Test
  void slowNameHoldsUpNoOther() throws Exception {
    var never = new CountDownLatch(1);
    Dns dnsWithASlowName =
        name -> {
          if (name.equals("slow.example")) {
            await(never);
          }
          return LOOPBACK;
        };
    try (var dns = new OffThreadDns(dnsWithASlowName);
        var attempts = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        var unused = attempts.submit(() -> lookup(dns, "slow.example", Duration.ofSeconds(3)));
      }
      assertThat(lookup(dns, "fast.example", LONG)).isEqualTo(LOOPBACK);
      never.countDown();
    }
  }

  @Test
  void nextLookUpOfANameAsksAgain() throws Exception {
    var lookUps = new AtomicInteger();
    Dns first =
        name -> {
          if (lookUps.incrementAndGet() == 1) {
            throw new UnknownHostException(name);
          }
          return LOOPBACK;
        };
    try (var dns = new OffThreadDns(first)) {
      assertThatThrownBy(() -> lookup(dns, "a.example", LONG))
          .isInstanceOf(UnknownHostException.class);
      assertThat(lookup(dns, "a.example", LONG)).isEqualTo(LOOPBACK);
    }
  }

  private static List<InetAddress> lookup(OffThreadDns dns, String name, Duration timeout)
      throws UnknownHostException {
    dns.attemptBegins(timeout);
    try {
      return dns.lookup(name);
    } finally {
      dns.attemptEnds();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
