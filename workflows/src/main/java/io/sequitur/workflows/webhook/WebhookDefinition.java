package io.sequitur.workflows.webhook;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as its owner wrote it, with defaults filled in.
 *
 * @param events patterns of its own trigger; none: only triggers that name it deliver to it
 * @param filter CEL over the event
 * @param retry text of the retry schedule; null: the default
 * @param timeout of one attempt, 100 ms to 30 s
 * @param rateLimit null: none
 * @param signingSecret the caller's own; null: make one, or keep the one there is
 * @param certificateAuthority in PEM, who may have issued the receiver's certificate; null: whom
 *     the system trusts
 */
public record WebhookDefinition(
    String name,
    String url,
    @Nullable String description,
    boolean active,
    List<String> events,
    @Nullable String filter,
    List<HeaderDefinition> headers,
    boolean ordered,
    OnExhausted onExhausted,
    @Nullable String retry,
    Duration timeout,
    int maxConcurrency,
    @Nullable RateLimit rateLimit,
    @Nullable String signingSecret,
    @Nullable String certificateAuthority) {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(15);
  public static final int DEFAULT_CONCURRENCY = 10;

  public WebhookDefinition {
    events = List.copyOf(events);
    headers = List.copyOf(headers);
  }

  /** Without URL, headers and secret, which do not belong into a log. */
  @Override
  public String toString() {
    return "WebhookDefinition[name=" + name + "]";
  }
}
