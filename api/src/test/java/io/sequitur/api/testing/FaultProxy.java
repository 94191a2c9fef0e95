package io.sequitur.api.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A TCP link that can be cut and mended: closed, its port refuses; opened, it passes bytes on. */
public final class FaultProxy implements AutoCloseable {
  private final InetSocketAddress target;
  private final InetSocketAddress here;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listener;

  /** Closed at first. */
  public FaultProxy(String host, int port) {
    target = new InetSocketAddress(host, port);
    try (ServerSocket probe = new ServerSocket(0, 1, loopback())) {
      here = new InetSocketAddress(loopback(), probe.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return here.getPort();
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  public void open() {
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(here, 100);
      listener = opened;
      Thread.ofVirtual().start(() -> accept(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    cut();
  }

  /** Ends every connection and refuses new ones, until it is opened again. */
  public void cut() {
    try {
      if (listener != null) {
        listener.close();
      }
      for (Socket socket : sockets) {
        socket.close();
      }
      sockets.clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket opened) {
    while (!opened.isClosed()) {
      try {
        Socket client = opened.accept();
        Socket server = new Socket(target.getHostString(), target.getPort());
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pass(client, server));
        Thread.ofVirtual().start(() -> pass(server, client));
      } catch (IOException e) {
        // The link was cut, or the target is away: the client sees its connection end.
      }
    }
  }

  private void pass(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      long unused = in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side is gone, so both are closed: that is what a link does.
      return;
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }
}
