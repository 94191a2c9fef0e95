package io.sequitur.api.event;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.workflows.event.CloudEventReader;
import io.sequitur.workflows.event.IncomingEvent;

/** Events as they stand in requests. */
final class EventBodies {
  static final String STRUCTURED = "application/cloudevents+json";
  static final String BATCH = "application/cloudevents-batch+json";

  private EventBodies() {}

  /** Whether the request holds several events. */
  static boolean isBatch(HttpRequest<?> request) {
    return !isBinary(request) && mediaType(request).equals(BATCH);
  }

  /**
   * The one event of a request, in any mode but batch.
   *
   * @throws io.sequitur.workflows.event.InvalidEvent if it is no event
   * @throws ProblemException if the content type says nothing about its mode
   */
  static IncomingEvent one(CloudEventReader reader, HttpRequest<?> request, byte[] bytes) {
    if (isBinary(request)) {
      return reader.binary(request.getHeaders(), request.getHeaders().get("Content-Type"), bytes);
    }
    return switch (mediaType(request)) {
      case STRUCTURED -> reader.structured(bytes);
      case MediaType.APPLICATION_JSON -> reader.plain(bytes);
      default ->
          throw new ProblemException(
              ProblemType.UNSUPPORTED_MEDIA_TYPE,
              "Send "
                  + STRUCTURED
                  + ", "
                  + BATCH
                  + " (to publish several), application/json, or any type with ce- headers (binary mode).");
    };
  }

  private static boolean isBinary(HttpRequest<?> request) {
    return request.getHeaders().contains("ce-specversion");
  }

  private static String mediaType(HttpRequest<?> request) {
    return request.getContentType().map(MediaType::getName).orElse("");
  }
}
