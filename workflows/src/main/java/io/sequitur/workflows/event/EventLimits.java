package io.sequitur.workflows.event;

/** How large what is published may be. Sizes are bytes, lengths are UTF-16 code units. */
final class EventLimits {
  static final int MAX_EVENT_BYTES = 256 * 1024;

  /** Base64 makes binary data a third longer, so the JSON form may be larger than what was sent. */
  static final int MAX_BODY_BYTES = 384 * 1024;

  static final int MAX_BATCH = 1000;
  static final int MAX_TEXT = 1024;
  static final int MAX_TYPE = 255;
  static final int MAX_NAME = 64;

  private EventLimits() {}

  static String tooLarge(long bytes) {
    return "The event has " + bytes + " bytes; at most " + MAX_EVENT_BYTES + " are taken.";
  }
}
