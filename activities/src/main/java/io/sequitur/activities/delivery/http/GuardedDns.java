package io.sequitur.activities.delivery.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.Dns;

/**
 * Leaves out addresses that may not be called, so that a name with a public and a private address
 * still works. It is no guard by itself: IP literals never come here. The socket is the guard.
 */
final class GuardedDns implements Dns {
  private final EgressPolicy policy;
  private final Dns delegate;

  GuardedDns(EgressPolicy policy, Dns delegate) {
    this.policy = policy;
    this.delegate = delegate;
  }

  @Override
  public List<InetAddress> lookup(String hostname) throws UnknownHostException {
    List<InetAddress> callable =
        delegate.lookup(hostname).stream().filter(policy::mayCall).toList();
    if (callable.isEmpty()) {
      throw new BlockedAddressException();
    }
    return callable;
  }
}
