package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.http.ApiException;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.CliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks the server about one trigger and one event, and says it with an exit code. */
record TriggerCheck(Client client, String trigger) {
  static final int MATCHES = 0;

  /** As of a plan that would change something: what went wrong is not mistaken for an answer. */
  static final int DOES_NOT_MATCH = 3;

  /** The event of a file, or of the input if it is {@code -}. */
  int ofFile(String file) {
    String event = read(file);
    String path = "/v1/triggers/" + Query.segment(trigger) + "/test";
    ApiResponse answer =
        client.named("trigger", trigger, () -> client.api().post(path, "application/json", event));
    return tell(answer, answer.json());
  }

  /** An event that the server has. */
  int ofStored(String id) {
    ApiResponse answer = stored(client.api(), id, trigger);
    return tell(answer, answer.json().path("explanation"));
  }

  /** A stored event with the explanation of a trigger. */
  static ApiResponse stored(ApiClient api, String id, @Nullable String trigger) {
    try {
      return api.get(new Query("/v1/events/" + Query.segment(id)).with("explain", trigger).text());
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
      throw trigger == null || e.isAbout("event")
          ? new CliException("no event \"%s\"".formatted(id), e)
          : new CliException("no trigger \"%s\"%s".formatted(trigger, e.meant()), e);
    }
  }

  private int tell(ApiResponse response, JsonNode explanation) {
    if (client.json()) {
      client.printJson(response.text());
    } else {
      new ExplanationPage(client.terminal()).print(explanation);
    }
    return explanation.path("matches").asBoolean() ? MATCHES : DOES_NOT_MATCH;
  }

  private String read(String file) {
    try {
      if (file.equals("-")) {
        return new String(client.terminal().in().readAllBytes(), StandardCharsets.UTF_8);
      }
      Path path = client.terminal().directory().resolve(file);
      if (!Files.isRegularFile(path)) {
        throw new CliException("there is no file " + path);
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
