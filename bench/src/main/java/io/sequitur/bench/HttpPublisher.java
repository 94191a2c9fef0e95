package io.sequitur.bench;

import java.io.IOException;
import java.time.Duration;

/** Publishes as most users do: a POST for each event, or for each batch. */
final class HttpPublisher implements Publisher {
  private final HttpConnection connection;

  HttpPublisher(Endpoint endpoint, Duration timeout) {
    this.connection = new HttpConnection(endpoint, timeout);
  }

  @Override
  public Published publish(EventTemplate template, int first) throws IOException {
    HttpConnection.Answer answer = connection.exchange(template.request(first));
    return answer.isSuccess()
        ? new Published(true, answer.body())
        : new Published(false, "HTTP " + answer.status());
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
