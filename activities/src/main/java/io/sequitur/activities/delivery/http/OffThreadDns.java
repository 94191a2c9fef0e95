package io.sequitur.activities.delivery.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Dns;

/**
 * Looks names up on threads of its own, and waits no longer than the attempt may take.
 *
 * <p>OkHttp asks on the caller's thread and cannot interrupt it: a slow name server would outlast
 * every timeout. The JDK's resolver is a native call besides, which holds on to the carrier of a
 * virtual thread; two slow names would stop all attempts on a machine with two cores.
 */
final class OffThreadDns implements Dns, AutoCloseable {
  /** One thread per name at a time, so this many slow names before others have to wait. */
  private static final int THREADS = 64;

  private final Dns delegate;
  private final ThreadPoolExecutor threads;
  private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> running =
      new ConcurrentHashMap<>();

  /** When the caller's attempt ends, in nanoTime: OkHttp has no parameter for it. */
  private final ThreadLocal<Long> deadline = new ThreadLocal<>();

  OffThreadDns(Dns delegate) {
    this.delegate = delegate;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("egress-dns-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Look-ups of this thread end when this time is over, until {@link #attemptEnds}. */
  void attemptBegins(Duration timeout) {
    deadline.set(System.nanoTime() + timeout.toNanos());
  }

  void attemptEnds() {
    deadline.remove();
  }

  @Override
  public List<InetAddress> lookup(String hostname) throws UnknownHostException {
    try {
      return started(hostname).get(deadline.get() - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new LookupTimeoutException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException cause) {
        throw cause;
      }
      throw new IllegalStateException("looking up a name failed", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Joins a look-up of the same name that is under way; results are not kept beyond it. */
  private CompletableFuture<List<InetAddress>> started(String hostname) {
    var lookup = new CompletableFuture<List<InetAddress>>();
    var underWay = running.putIfAbsent(hostname, lookup);
    if (underWay != null) {
      return underWay;
    }
    threads.execute(() -> complete(lookup, hostname));
    return lookup;
  }

  /** Forgets the look-up before anyone has its result, so that whoever asks later asks anew. */
  private void complete(CompletableFuture<List<InetAddress>> lookup, String hostname) {
    try {
      List<InetAddress> addresses = delegate.lookup(hostname);
      running.remove(hostname, lookup);
      lookup.complete(addresses);
    } catch (UnknownHostException | RuntimeException e) {
      running.remove(hostname, lookup);
      lookup.completeExceptionally(e);
    }
  }

  /** The name server did not answer while the attempt lasted. */
  static final class LookupTimeoutException extends UnknownHostException {}
}
