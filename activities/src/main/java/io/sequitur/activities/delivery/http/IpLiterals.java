package io.sequitur.activities.delivery.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses as text, in their canonical forms only. The JDK reads {@code 127.1} and {@code
 * 2130706433} too and asks DNS about the rest; neither may happen to a host that is being checked.
 */
final class IpLiterals {
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private IpLiterals() {}

  /** The address that the text is; empty when it is a name or another spelling. No look-up. */
  static Optional<InetAddress> parse(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6_CHARACTERS.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      // It has a colon, so the JDK did not look it up: it is just no address.
      return Optional.empty();
    }
  }
}
