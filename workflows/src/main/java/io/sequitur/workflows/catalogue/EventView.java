package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.event.IncomingEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event as filters see it. The data is parsed when the first filter asks for it, and once for
 * all filters. Absent attributes are empty strings. Thread-safe.
 */
public final class EventView {
  private final String id;
  private final String type;
  private final String source;
  private final String subject;
  private final String time;
  private final String partitionKey;
  private final String body;
  private volatile @Nullable Object data;

  /**
   * @param id the CloudEvent's own id
   * @param body the complete CloudEvent in JSON
   */
  public EventView(
      String id,
      String type,
      String source,
      @Nullable String subject,
      @Nullable String time,
      @Nullable String partitionKey,
      String body) {
    this.id = id;
    this.type = type;
    this.source = source;
    this.subject = orEmpty(subject);
    this.time = orEmpty(time);
    this.partitionKey = orEmpty(partitionKey);
    this.body = body;
  }

  /** A view of what is just being published. */
  public static EventView of(IncomingEvent event) {
    return new EventView(
        event.ceId(),
        event.type(),
        event.source(),
        event.subject(),
        event.time(),
        event.partitionKey(),
        event.body());
  }

  /** The same event as templates see it. */
  public EventContext context() {
    return new EventContext(
        id, source, type, orNull(subject), orNull(time), orNull(partitionKey), body);
  }

  public String type() {
    return type;
  }

  /**
   * The value of a filter's variable.
   *
   * @throws IllegalArgumentException for {@code data}, if the body is not JSON
   */
  Object variable(String name) {
    return switch (name) {
      case "id" -> id;
      case "type" -> type;
      case "source" -> source;
      case "subject" -> subject;
      case "time" -> time;
      case "partitionkey" -> partitionKey;
      case "data" -> data();
      default -> throw new IllegalArgumentException("there is no variable " + name);
    };
  }

  private Object data() {
    Object known = data;
    if (known == null) {
      synchronized (this) {
        known = data;
        if (known == null) {
          known = EventData.of(body);
          data = known;
        }
      }
    }
    return known;
  }

  private static @Nullable String orNull(String value) {
    return value.isEmpty() ? null : value;
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }
}
