package io.sequitur.workflows.delivery;

/** What moves a delivery from one state to another. */
public enum DeliveryCause {
  ATTEMPT_DELIVERED("an attempt is answered 2xx"),
  ATTEMPT_FAILED("an attempt fails, retries are left"),
  ATTEMPT_GONE("an attempt is answered 410"),
  ATTEMPT_UNSENDABLE("an attempt fails as CONFIG or BLOCKED"),
  SCHEDULE_USED_UP("the last attempt of the schedule fails"),
  HEAD_REACHED("what stood before it in its lane is finished, or `ordered` is switched off"),
  WEBHOOK_UNUSABLE("the webhook becomes inactive or disabled"),
  WEBHOOK_USABLE("the webhook becomes active and enabled again"),
  CONFIGURATION_CHANGED("its configuration changes, or a worker starts with another environment"),
  WEBHOOK_DELETED("the webhook is deleted"),
  RETRY("`retry`"),
  CANCEL("`cancel`"),
  SKIP("`skip`");

  private final String words;

  DeliveryCause(String words) {
    this.words = words;
  }

  /** What happened, for a table that people read. */
  public String words() {
    return words;
  }
}
