package io.sequitur.api.http;

import io.micronaut.http.HttpStatus;
import java.util.Locale;

/**
 * The one table of what can be wrong with a request: its HTTP status, its title, and what its
 * sender can do about it.
 */
public enum ProblemType {
  MALFORMED(
      HttpStatus.BAD_REQUEST,
      "The request cannot be read",
      "It is not JSON (or, for a catalogue, YAML), or a parameter has no such value.",
      "Change the request; sent again as it is, it fails again."),
  UNAUTHENTICATED(
      HttpStatus.UNAUTHORIZED,
      "An API key is needed",
      "There was no key, or one that is unknown, revoked or expired.",
      "Send `Authorization: Bearer KEY`; `sequitur admin create-key` makes one."),
  FORBIDDEN(
      HttpStatus.FORBIDDEN,
      "The API key does not allow this",
      "The key lacks the scope that `detail` names; in dev mode: the request came from a foreign page or name.",
      "Use a key with that scope; in dev mode call 127.0.0.1 or localhost."),
  NOT_FOUND(
      HttpStatus.NOT_FOUND,
      "There is nothing here",
      "No resource of this tenant has this name or id, or there is no such path.",
      "Look for the name in the list of its kind."),
  METHOD_NOT_ALLOWED(
      HttpStatus.METHOD_NOT_ALLOWED,
      "The method is not allowed here",
      "The path exists, but not for this method.",
      "`Allow` says which methods there are."),
  CONFLICT(
      HttpStatus.CONFLICT,
      "The state does not allow this",
      "What should be deleted is in use, what should be changed is made by the engine, or two changes met.",
      "Do first what `detail` says; after a meeting of two changes, send it again."),
  STALE(
      HttpStatus.PRECONDITION_FAILED,
      "It was changed meanwhile",
      "The `ETag` that `If-Match` names is not the current one.",
      "Read the resource again, apply your change to what it says now, and send that."),
  TOO_LARGE(
      HttpStatus.REQUEST_ENTITY_TOO_LARGE,
      "The request is too large",
      "An event has more than 256 KiB, a batch more than 1000 events, or a body more than the server takes.",
      "Send less at once; keep large data elsewhere and send its address."),
  UNSUPPORTED_MEDIA_TYPE(
      HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      "The content type is not known here",
      "Events come as CloudEvents or JSON.",
      "Send one of the types that `detail` names."),
  INVALID(
      HttpStatus.UNPROCESSABLE_ENTITY,
      "The content is not valid",
      "It can be read, but says what must not be said. Nothing was changed or stored.",
      "Mend every entry of `errors`: `pointer` says where, `detail` what to do; in a catalogue `line` and `column` too."),
  UNAVAILABLE(
      HttpStatus.SERVICE_UNAVAILABLE,
      "The engine cannot take this now",
      "The database does not answer, or more waits than the engine can work off.",
      "Send it again after the seconds of `Retry-After`. An event with the same source and id is taken once."),
  INTERNAL(
      HttpStatus.INTERNAL_SERVER_ERROR,
      "The engine made a mistake",
      "This is a fault of the program, not of the request.",
      "Report it with what the server logged at that time.");

  /** Where all types are explained, on this server. */
  public static final String PAGE = "/problems";

  private final HttpStatus status;
  private final String title;
  private final String meaning;
  private final String remedy;

  ProblemType(HttpStatus status, String title, String meaning, String remedy) {
    this.status = status;
    this.title = title;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  public HttpStatus status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** What has happened, in sentences. */
  public String meaning() {
    return meaning;
  }

  /** What the caller can do, in sentences. */
  public String remedy() {
    return remedy;
  }

  /** Its anchor on the page that explains it. */
  public String anchor() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The type's URI, relative to the server: it leads to what explains it. */
  public String uri() {
    return PAGE + "#" + anchor();
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
