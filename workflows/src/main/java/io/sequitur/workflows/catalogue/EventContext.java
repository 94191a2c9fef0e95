package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event as templates see it. Its data is parsed when it is first asked for. Not thread-safe. */
public final class EventContext {
  /** What templates may name of {@code event}: what filters may, without the data. */
  static final List<String> ATTRIBUTES =
      List.of("id", "source", "type", "subject", "time", "partitionkey");

  private final String id;
  private final String source;
  private final String type;
  private final @Nullable String subject;
  private final @Nullable String time;
  private final @Nullable String partitionKey;
  private final String body;
  private @Nullable JsonNode data;

  /**
   * @param id the CloudEvent's own id
   * @param body the complete CloudEvent in JSON
   */
  public EventContext(
      String id,
      String source,
      String type,
      @Nullable String subject,
      @Nullable String time,
      @Nullable String partitionKey,
      String body) {
    this.id = id;
    this.source = source;
    this.type = type;
    this.subject = subject;
    this.time = time;
    this.partitionKey = partitionKey;
    this.body = body;
  }

  /** One of {@link #ATTRIBUTES}; missing if the event has none. */
  JsonNode attribute(String name) {
    String value =
        switch (name) {
          case "id" -> id;
          case "source" -> source;
          case "type" -> type;
          case "subject" -> subject;
          case "time" -> time;
          case "partitionkey" -> partitionKey;
          default -> null;
        };
    return value == null ? MissingNode.getInstance() : TextNode.valueOf(value);
  }

  /**
   * Missing if the event has none, or none in JSON.
   *
   * @throws TemplateFailure if it cannot be read: SQL may publish deeper nesting than HTTP
   */
  JsonNode data() {
    if (data == null) {
      try {
        data = StoredJson.read(body).path("data");
      } catch (JsonProcessingException e) {
        throw new TemplateFailure("the event's data cannot be read as JSON");
      }
    }
    return data;
  }
}
