package io.sequitur.api.http;

import io.micronaut.http.HttpStatus;
import java.util.Locale;

/** The one table of what can be wrong with a request: its HTTP status and its title. */
public enum ProblemType {
  MALFORMED(HttpStatus.BAD_REQUEST, "The request cannot be read"),
  UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "An API key is needed"),
  FORBIDDEN(HttpStatus.FORBIDDEN, "The API key does not allow this"),
  NOT_FOUND(HttpStatus.NOT_FOUND, "There is nothing here"),
  METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
  CONFLICT(HttpStatus.CONFLICT, "The state does not allow this"),
  STALE(HttpStatus.PRECONDITION_FAILED, "It was changed meanwhile"),
  TOO_LARGE(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
  UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The content type is not known here"),
  INVALID(HttpStatus.UNPROCESSABLE_ENTITY, "The content is not valid"),
  UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The engine cannot take this now"),
  INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "The engine made a mistake");

  private final HttpStatus status;
  private final String title;

  ProblemType(HttpStatus status, String title) {
    this.status = status;
    this.title = title;
  }

  HttpStatus status() {
    return status;
  }

  String title() {
    return title;
  }

  /** The type's URI, relative to the documentation. */
  String uri() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static ProblemType of(HttpStatus status) {
    for (ProblemType type : values()) {
      if (type.status == status) {
        return type;
      }
    }
    return status.getCode() >= 500 ? INTERNAL : MALFORMED;
  }
}
