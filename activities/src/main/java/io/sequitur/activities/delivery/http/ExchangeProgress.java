package io.sequitur.activities.delivery.http;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * How far one call came; travels as a tag of its request. An answer whose status was read counts
 * even if OkHttp then throws, as it does for 407 and for a 204 with a body.
 */
final class ExchangeProgress {
  private volatile @Nullable Long begun;
  private volatile boolean connected;
  private volatile @Nullable Response answer;

  /** True once the request began to be written. */
  boolean connected() {
    return connected;
  }

  /** From the first thing that was done towards the receiver; zero if nothing was. */
  Duration until(long end) {
    Long start = begun;
    return start == null ? Duration.ZERO : Duration.ofNanos(end - start);
  }

  private void begins() {
    if (begun == null) {
      begun = System.nanoTime();
    }
  }

  /** Status and headers of the answer, if they came; its body is not to be read here. */
  @Nullable Response answer() {
    return answer;
  }

  /** Records the progress of every call on the tag of its request. */
  static final class Listener extends EventListener {
    @Override
    public void dnsStart(Call call, String domainName) {
      of(call).begins();
    }

    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
      of(call).begins();
    }

    @Override
    public void requestHeadersStart(Call call) {
      of(call).begins();
      of(call).connected = true;
    }

    @Override
    public void responseHeadersEnd(Call call, Response response) {
      of(call).answer = response;
    }

    private static ExchangeProgress of(Call call) {
      ExchangeProgress progress = call.request().tag(ExchangeProgress.class);
      if (progress == null) {
        throw new IllegalStateException("every request is tagged by EgressClient");
      }
      return progress;
    }
  }
}
