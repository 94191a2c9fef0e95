package io.sequitur.activities.webhook;

import io.sequitur.activities.delivery.http.TargetUrl;
import io.sequitur.activities.delivery.http.TrustedAuthorities;
import io.sequitur.workflows.delivery.HttpHeader;
import io.sequitur.workflows.delivery.RetrySchedule;
import io.sequitur.workflows.delivery.SigningKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook ready to be called.
 *
 * @param version of everything it was made from
 * @param configVersion the same for receivers: opaque, and different whenever anything that is used
 *     changes
 * @param url as it is configured, to tell whether it still is
 * @param target null when the webhook cannot be called as it is configured; {@code problem} then
 *     says why
 */
public record CompiledWebhook(
    String name,
    String version,
    String configVersion,
    String url,
    boolean skipExhausted,
    RetrySchedule schedule,
    Duration timeout,
    @Nullable Target target,
    @Nullable String problem) {

  /**
   * Where the requests go, with what. Keys stand newest first.
   *
   * @param authorities that issue the receiver's certificate; null: whom the system trusts
   */
  public record Target(
      TargetUrl url,
      List<HttpHeader> headers,
      List<SigningKey> keys,
      @Nullable TrustedAuthorities authorities) {}
}
