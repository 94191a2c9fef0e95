package io.sequitur.activities.delivery.http;

import java.net.UnknownHostException;

/**
 * The policy forbids the address. A kind of UnknownHostException only because that is all that a
 * {@link okhttp3.Dns} may throw. The message has no address: it could reach a tenant.
 */
final class BlockedAddressException extends UnknownHostException {
  BlockedAddressException() {
    super("blocked by the egress policy");
  }
}
