package io.sequitur.db.delivery;

/**
 * What a webhook's workflow tells those who look at it.
 *
 * @param waiting how many deliveries are open, counted up to {@link #MOST}
 * @param trouble the engine's word on the webhook
 */
public record Situation(long waiting, Trouble trouble) {
  /** More are not counted. */
  public static final long MOST = 10_000;
}
