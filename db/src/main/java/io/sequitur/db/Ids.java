package io.sequitur.db;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * UUIDv7 (RFC 9562) as ids of events and runs, and their text forms: {@code evt_} and 32 hex digits
 * for an event, {@code dlv_} with the webhook's uid behind it for a delivery, {@code rpl_} for a
 * replay. The time in an id places its row in a day partition and orders nothing.
 */
public final class Ids {
  private static final String EVENT = "evt_";
  private static final String DELIVERY = "dlv_";
  private static final String REPLAY = "rpl_";
  private static final int HEX_DIGITS = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** A delivery is one (event, webhook). */
  public record DeliveryId(UUID event, long webhook) {
    @Override
    public String toString() {
      return DELIVERY + hex(event) + "_" + webhook;
    }
  }

  public static UUID next(Clock clock) {
    long high = clock.millis() << 16 | 0x7000 | RANDOM.nextInt(1 << 12);
    long low = RANDOM.nextLong() >>> 2 | 1L << 63;
    return new UUID(high, low);
  }

  public static String event(UUID id) {
    return EVENT + hex(id);
  }

  /** Null when the text is no event's id. */
  public static @Nullable UUID parseEvent(String text) {
    return text.startsWith(EVENT) ? parseHex(text.substring(EVENT.length())) : null;
  }

  public static String replay(UUID id) {
    return REPLAY + hex(id);
  }

  /** Null when the text is no replay's id. */
  public static @Nullable UUID parseReplay(String text) {
    return text.startsWith(REPLAY) ? parseHex(text.substring(REPLAY.length())) : null;
  }

  public static String delivery(UUID event, long webhook) {
    return new DeliveryId(event, webhook).toString();
  }

  /** Null when the text is no delivery's id. */
  public static @Nullable DeliveryId parseDelivery(String text) {
    int end = DELIVERY.length() + HEX_DIGITS;
    if (!text.startsWith(DELIVERY) || text.length() < end + 2 || text.charAt(end) != '_') {
      return null;
    }
    UUID event = parseHex(text.substring(DELIVERY.length(), end));
    String webhook = text.substring(end + 1);
    return event == null || !webhook.matches("[1-9][0-9]{0,17}")
        ? null
        : new DeliveryId(event, Long.parseLong(webhook));
  }

  /** When an id was made, or the event received that it is of; to the millisecond. */
  public static Instant time(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }

  private static @Nullable UUID parseHex(String hex) {
    return hex.matches("[0-9a-f]{32}")
        ? new UUID(
            Long.parseUnsignedLong(hex.substring(0, 16), 16),
            Long.parseUnsignedLong(hex.substring(16), 16))
        : null;
  }
}
