package io.sequitur.api.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.ByteBody.SplitBackpressureMode;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import java.util.concurrent.CompletionException;

/**
 * The body exactly as it came: bound to no codec, so that what users send can be read strictly, and
 * kept as it is spelled.
 */
public final class RequestBytes {
  private RequestBytes() {}

  /** Empty when there is no body. Waits for it, so only for blocking routes. */
  public static byte[] of(HttpRequest<?> request) {
    if (!(request instanceof ServerHttpRequest<?> server)) {
      throw new IllegalStateException("not a request of this server");
    }
    try (CloseableByteBody body = server.byteBody().split(SplitBackpressureMode.FASTEST)) {
      return body.buffer().toCompletableFuture().join().toByteArray();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ContentLengthExceededException) {
        throw new ProblemException(
            ProblemType.TOO_LARGE,
            "The body is larger than this server takes at once: send fewer events per batch.");
      }
      throw e;
    }
  }
}
