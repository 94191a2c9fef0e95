package io.sequitur.activities.delivery.http;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's URL, parsed once and by the parser that will dial it, so that no second reading can
 * disagree about the host. Store and send {@link #text}, the canonical form.
 */
public final class TargetUrl {
  private static final int MAX_LENGTH = 2_048;
  private static final Pattern SCHEME =
      Pattern.compile("https?://[^/\\\\?#]", Pattern.CASE_INSENSITIVE);

  /** As WHATWG's URL standard: a host whose last label is a number is meant as an IPv4 address. */
  private static final Pattern ENDS_IN_NUMBER =
      Pattern.compile("(?:.*\\.)?(?:\\d+|0[xX][0-9a-fA-F]*)");

  private final HttpUrl url;

  private TargetUrl(HttpUrl url) {
    this.url = url;
  }

  /**
   * Reads a URL without asking whether it may be called.
   *
   * @throws InvalidTargetUrlException with a sentence for the user
   */
  public static TargetUrl parse(String text) {
    checkText(text);
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw new InvalidTargetUrlException(
          "The URL cannot be read: check its host name and its port (1 to 65535).");
    }
    checkHost(url.host());
    if (url.toString().length() > MAX_LENGTH) {
      throw tooLong(url.toString().length());
    }
    return new TargetUrl(url);
  }

  /**
   * Reads a URL that is being saved.
   *
   * @throws InvalidTargetUrlException also when {@link #refusal} knows already that it may not be
   *     called
   */
  public static TargetUrl parse(String text, EgressPolicy policy) {
    TargetUrl url = parse(text);
    url.refusal(policy)
        .ifPresent(sentence -> {
          throw new InvalidTargetUrlException(sentence);
        });
    return url;
  }

  /**
   * Why this URL can never be called under the policy, as far as that shows without a look-up; a
   * name is judged by the address it leads to, when it is dialled.
   */
  public Optional<String> refusal(EgressPolicy policy) {
    Optional<InetAddress> literal = IpLiterals.parse(url.host());
    if (literal.isPresent()) {
      return refusalOf(literal.get(), policy);
    }
    if (isLocalhost()) {
      return refusalOf(InetAddress.getLoopbackAddress(), policy);
    }
    return policy.nameMayUsePort(url.port()) ? Optional.empty() : Optional.of(portRefusal());
  }

  /** The canonical form. */
  public String text() {
    return url.toString();
  }

  /** The host as dialled: lower case, in ASCII, IPv6 without brackets. */
  public String host() {
    return url.host();
  }

  HttpUrl httpUrl() {
    return url;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TargetUrl that && url.equals(that.url);
  }

  @Override
  public int hashCode() {
    return url.hashCode();
  }

  /** For logs: without the query, where people put tokens. */
  @Override
  public String toString() {
    return url.query() == null ? url.toString() : url.newBuilder().query(null).build() + "?***";
  }

  private Optional<String> refusalOf(InetAddress address, EgressPolicy policy) {
    if (!policy.mayCall(address)) {
      return Optional.of(
          "The host %s is not a public address. Use one that is, or ask the operator to add its network to SEQUITUR_EGRESS_ALLOW."
              .formatted(url.host()));
    }
    return policy.mayUsePort(address, url.port()) ? Optional.empty() : Optional.of(portRefusal());
  }

  private String portRefusal() {
    return "Port %d may not be called: use 80 or 443; other ports only lead to networks in the operator's SEQUITUR_EGRESS_ALLOW."
        .formatted(url.port());
  }

  /** RFC 6761: localhost and all names below it mean this machine. */
  private boolean isLocalhost() {
    return url.host().equals("localhost") || url.host().endsWith(".localhost");
  }

  /** What HttpUrl would forgive, and another reader of the same text might not. */
  private static void checkText(String text) {
    if (text.length() > MAX_LENGTH) {
      throw tooLong(text.length());
    }
    if (text.chars()
        .anyMatch(c ->
            Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c))) {
      throw new InvalidTargetUrlException(
          "The URL has a space or a control character in it: remove it, or write it percent-encoded, such as %20.");
    }
    if (!SCHEME.matcher(text).lookingAt()) {
      throw new InvalidTargetUrlException(
          "The URL must begin with https:// or http:// and a host, such as https://example.com/hooks.");
    }
    if (text.indexOf('\\') >= 0) {
      throw new InvalidTargetUrlException("The URL has a backslash in it: write / instead.");
    }
    if (text.indexOf('#') >= 0) {
      throw new InvalidTargetUrlException(
          "The URL has a fragment, which is never sent: remove # and what follows.");
    }
    if (authority(text).indexOf('@') >= 0) {
      throw new InvalidTargetUrlException(
          "The URL has a user name or password in it: send credentials in an Authorization header from a secret key-value.");
    }
  }

  private static void checkHost(String host) {
    if (host.endsWith(".")) {
      throw new InvalidTargetUrlException("The host ends with a dot: write it without.");
    }
    if (host.indexOf(':') < 0
        && ENDS_IN_NUMBER.matcher(host).matches()
        && IpLiterals.parse(host).isEmpty()) {
      throw new InvalidTargetUrlException(
          "The host looks like an IP address but is not written as one: use four decimal numbers, such as 203.0.114.7.");
    }
  }

  private static String authority(String text) {
    String rest = text.substring(text.toLowerCase(Locale.ROOT).indexOf("://") + 3);
    return rest.split("[/?#]", 2)[0];
  }

  private static InvalidTargetUrlException tooLong(int length) {
    return new InvalidTargetUrlException(
        "The URL has %d characters: at most %d are allowed.".formatted(length, MAX_LENGTH));
  }
}
