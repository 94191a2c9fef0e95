package io.sequitur.workflows.delivery;

import io.sequitur.workflows.delivery.HeaderProblem.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which headers a webhook may have. Asked when a webhook or a key-value is saved, and again when it
 * is sent, because rows can also be edited by SQL.
 */
public final class HeaderRules {
  private static final int MAX_NAME = 128;
  private static final int MAX_VALUE = 4_096;
  private static final int MAX_HEADERS = 50;
  private static final int MAX_TOTAL = 16 * 1024;

  /** Colon and space before the value, CR and LF after it: what a header costs on the wire. */
  private static final int SEPARATORS = 4;

  /** RFC 9110 section 5.6.2. */
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** They say where the message goes, ends, or turns into another protocol. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** They belong to the sender, or to the proxies on the way. */
  private static final Set<String> DENIED =
      Set.of(
          "accept-encoding",
          "age",
          "cache-control",
          "cookie",
          "date",
          "forwarded",
          "max-forwards",
          "range",
          "set-cookie",
          "user-agent",
          "via",
          "x-real-ip");

  /** Whole families: ours, the body's, proxies', and those that clouds trust on their inside. */
  private static final List<String> DENIED_PREFIXES =
      List.of(
          "webhook-",
          "sequitur-",
          "content-",
          "proxy-",
          "if-",
          "sec-",
          "x-forwarded-",
          "x-amz-",
          "x-amzn-",
          "x-goog-",
          "x-google-",
          "x-azure-",
          "x-fd-");

  private HeaderRules() {}

  /** What is wrong with the size of all names and values together, in bytes. */
  public static Optional<String> checkTotal(int total) {
    return total <= MAX_TOTAL
        ? Optional.empty()
        : Optional.of(
            "The headers have %d bytes in all: at most %d are allowed."
                .formatted(total, MAX_TOTAL));
  }

  /** All problems of a webhook's own headers; empty if they may be sent. */
  public static List<HeaderProblem> check(List<HttpHeader> headers) {
    List<HeaderProblem> problems = new ArrayList<>();
    int total = 0;
    for (int i = 0; i < headers.size(); i++) {
      HttpHeader header = headers.get(i);
      int index = i;
      checkName(header.name())
          .ifPresent(detail -> problems.add(new HeaderProblem(index, Part.NAME, detail)));
      checkValue(header.value())
          .ifPresent(detail -> problems.add(new HeaderProblem(index, Part.VALUE, detail)));
      total += header.name().length() + header.value().length() + SEPARATORS;
    }
    checkSize(headers.size(), total)
        .ifPresent(detail -> problems.add(new HeaderProblem(-1, Part.LIST, detail)));
    return List.copyOf(problems);
  }

  /** What is wrong with a name, alone: when saving, the value may be a key-value's. */
  public static Optional<String> checkName(String name) {
    return checkToken(name).or(() -> checkAllowed(name));
  }

  /** What is wrong with a value, alone; the value is not quoted. */
  public static Optional<String> checkValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\r' || c == '\n') {
        return Optional.of(
            "The value has a line break at character %d: remove it (it is easily copied along with a secret)."
                .formatted(i + 1));
      }
      if (c != '\t' && (c < ' ' || c > '~')) {
        return Optional.of(
            "The value has a character that headers cannot carry, at position %d: use printable ASCII, or encode it."
                .formatted(i + 1));
      }
    }
    return value.length() <= MAX_VALUE
        ? Optional.empty()
        : Optional.of(
            "The value has %d characters: at most %d are allowed."
                .formatted(value.length(), MAX_VALUE));
  }

  /**
   * The last check before the wire, applied to the webhook's and to our own headers alike: what
   * would break the message itself, whoever set it. Empty if all may be sent.
   */
  public static Optional<String> checkForWire(List<HttpHeader> headers) {
    return headers.stream().flatMap(header -> brokenBy(header).stream()).findFirst();
  }

  private static Optional<String> brokenBy(HttpHeader header) {
    Optional<String> badName = checkToken(header.name());
    if (badName.isPresent()) {
      return badName.map("A header cannot be sent. "::concat);
    }
    return checkFraming(header.name())
        .or(() -> checkValue(header.value()))
        .map(detail -> "The header " + header.name() + " cannot be sent. " + detail);
  }

  private static Optional<String> checkFraming(String name) {
    return FRAMING.contains(name.toLowerCase(Locale.ROOT))
        ? Optional.of("It says where the message goes or ends, which only the client may.")
        : Optional.empty();
  }

  /** The name is quoted only once it is known to be one: people paste whole header lines there. */
  private static Optional<String> checkToken(String name) {
    if (name.isEmpty()) {
      return Optional.of("The name is empty.");
    }
    if (name.length() > MAX_NAME) {
      return Optional.of(
          "The name has %d characters: at most %d are allowed.".formatted(name.length(), MAX_NAME));
    }
    return name.chars().allMatch(HeaderRules::isTokenCharacter)
        ? Optional.empty()
        : Optional.of(
            "The name has a character that is not allowed: use letters, digits and hyphens, such as X-Env, and put what follows a colon into the value.");
  }

  // By hand: it is asked for each header of each attempt.
  private static boolean isTokenCharacter(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  private static Optional<String> checkAllowed(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    boolean denied =
        FRAMING.contains(key)
            || DENIED.contains(key)
            || DENIED_PREFIXES.stream().anyMatch(key::startsWith);
    return denied
        ? Optional.of(
            "\"%s\" cannot be set: it belongs to the protocol, to proxies or to Sequitur. Choose another name."
                .formatted(name))
        : Optional.empty();
  }

  private static Optional<String> checkSize(int count, int total) {
    if (count > MAX_HEADERS) {
      return Optional.of(
          "There are %d headers: at most %d are allowed.".formatted(count, MAX_HEADERS));
    }
    return checkTotal(total);
  }
}
