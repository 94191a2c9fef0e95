package io.sequitur.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code dev.json}, in which a server started by {@code dev} says where its parts are.
 *
 * @param api base URL
 * @param database its {@code postgresql://} URL
 * @param temporal host and port; null when it runs inside the server
 * @param pid the server's process id
 */
record DevFile(
    String api, @Nullable String database, @Nullable String temporal, @Nullable Long pid) {
  DevFile {
    if (api == null) {
      throw new IllegalArgumentException("dev.json lacks \"api\"");
    }
  }

  static DevFile read(Path file) throws IOException {
    return new ObjectMapper()
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
        .readValue(file.toFile(), DevFile.class);
  }

  Target target(@Nullable String apiKey) {
    DatabaseUrl url = database == null ? null : DatabaseUrl.parse(database);
    return new Target(Endpoint.of(api, apiKey), url, temporal, pid);
  }
}
