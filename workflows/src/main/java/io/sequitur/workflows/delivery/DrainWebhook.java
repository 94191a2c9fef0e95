package io.sequitur.workflows.delivery;

import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The activity of the {@link WebhookWorkflow}. */
@ActivityInterface
public interface DrainWebhook {
  /**
   * Attempts what is due for the webhook until nothing is.
   *
   * @param number rises from drain to drain, over all runs; one that is not the highest any more
   *     stops and records nothing
   */
  Drained drainWebhook(WebhookRef webhook, long number);

  /**
   * How a drain ended.
   *
   * @param nextLook when the earliest row will be due; null when nothing waits
   * @param attempted how many attempts it made
   * @param webhook the webhook's name, for those who look at the workflow; null when it is gone
   * @param waiting how many deliveries are open, in words; null in histories of earlier versions
   * @param trouble why it is not attempted as usual; null when it is
   */
  record Drained(
      @Nullable Instant nextLook,
      Integer attempted,
      @Nullable String webhook,
      @Nullable String waiting,
      @Nullable String trouble) {}
}
