package io.sequitur.activities.delivery.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sockets that refuse to dial what the policy forbids. The address checked is the one
 * dialled, so neither literals in any spelling nor a name that changes its address (DNS rebinding)
 * get past.
 */
final class GuardedSocketFactory extends SocketFactory {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedSocketFactory.class);

  private final EgressPolicy policy;

  GuardedSocketFactory(EgressPolicy policy) {
    this.policy = policy;
  }

  @Override
  public Socket createSocket() {
    return new GuardedSocket(policy);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw connectsAtOnce();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw connectsAtOnce();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw connectsAtOnce();
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, InetAddress localAddress, int localPort) {
    throw connectsAtOnce();
  }

  private static UnsupportedOperationException connectsAtOnce() {
    return new UnsupportedOperationException("OkHttp connects its sockets itself");
  }

  private static final class GuardedSocket extends Socket {
    private final EgressPolicy policy;

    GuardedSocket(EgressPolicy policy) {
      // Without this argument the JVM's socksProxyHost property would divert the connection.
      super(Proxy.NO_PROXY);
      this.policy = policy;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
      connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
      if (!(endpoint instanceof InetSocketAddress target) || !permits(target)) {
        // For the operator only; the tenant's text is that of a refused connection.
        LOG.debug("Egress policy blocked a connection to {}", endpoint);
        throw new BlockedAddressException();
      }
      super.connect(target, timeout);
      // A request larger than one segment would otherwise wait for the receiver's delayed ACK.
      setTcpNoDelay(true);
    }

    private boolean permits(InetSocketAddress target) {
      InetAddress address = target.getAddress();
      return address != null
          && policy.mayCall(address)
          && policy.mayUsePort(address, target.getPort());
    }
  }
}
