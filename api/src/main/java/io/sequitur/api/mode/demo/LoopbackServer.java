package io.sequitur.api.mode.demo;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.sequitur.api.cli.text.CliException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Who hears of the story listens here: on loopback, at a free port, with a thread for each request.
 */
final class LoopbackServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private LoopbackServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts one.
   *
   * @param who for the message when it cannot listen
   * @throws CliException when it cannot listen
   */
  static LoopbackServer start(String who, HttpHandler handler) {
    // Else the JDK's server holds small answers back for 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    byte[] loopback = {127, 0, 0, 1};
    LoopbackServer started;
    try {
      started =
          new LoopbackServer(
              HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 0));
    } catch (IOException e) {
      throw new CliException(who + " cannot listen on 127.0.0.1: " + e.getMessage(), e);
    }
    started.server.createContext("/", handler);
    started.server.setExecutor(started.threads);
    started.server.start();
    return started;
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
