package io.sequitur.api.cli.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.http.ApiException;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Terminal;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Sends a file of events in order, batch after batch; stops at the first that is refused. */
public final class FileSender {
  private static final String BATCH_TYPE = "application/cloudevents-batch+json";

  private final ApiClient api;
  private final ProgressBar progress;
  private final ArrayNode answers = Json.object().putArray("accepted");

  /** A sender that shows its progress on the terminal, if it is one. */
  public FileSender(ApiClient api, Terminal terminal) {
    this.api = api;
    this.progress = new ProgressBar(terminal);
  }

  /**
   * Sends all of it.
   *
   * @param name for messages
   * @param bytes the size of the stream, or 0 if it is not known
   * @return the server's answers to the events, in order
   * @throws CliException naming the line, if something is refused; what came before its batch is
   *     accepted
   */
  public ArrayNode send(String name, InputStream stream, long bytes) {
    EventFile file = new EventFile(name, stream);
    try {
      long sent = 0;
      for (Batch batch = file.next(); batch != null; batch = file.next()) {
        post(name, batch);
        sent += batch.body().length();
        progress.show(answers.size(), sent, bytes);
      }
    } catch (CliException e) {
      progress.clear();
      throw withProgress(e);
    }
    progress.clear();
    return answers;
  }

  private void post(String name, Batch batch) {
    try {
      JsonNode accepted = api.post("/v1/events", BATCH_TYPE, batch.body()).json().path("accepted");
      accepted.forEach(answers::add);
    } catch (ApiException e) {
      throw Refusal.of(name, batch, e);
    }
  }

  // What is stored already must be known to whoever sends the rest.
  private CliException withProgress(CliException e) {
    List<String> details = new ArrayList<>(e.details());
    int count = answers.size();
    details.add(
        count == 0
            ? "no event was accepted"
            : "%d %s before that %s accepted; the same file can be sent again, what has an id is not stored twice"
                .formatted(count, count == 1 ? "event" : "events", count == 1 ? "was" : "were"));
    return new CliException(String.valueOf(e.getMessage()), details, e.exitCode(), e);
  }
}
