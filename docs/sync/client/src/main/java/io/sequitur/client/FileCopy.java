package io.sequitur.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy in one file, which is replaced at once and never torn. Only one object in one process may
 * write it.
 */
public final class FileCopy implements Copy {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /** The directory must be there; the file need not. */
  public FileCopy(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public synchronized TriggerSet held() throws IOException {
    if (!Files.exists(file)) {
      return TriggerSet.NONE;
    }
    JsonNode json = JSON.readTree(Files.readAllBytes(file));
    List<JsonNode> items = new ArrayList<>();
    json.path("items").forEach(items::add);
    return new TriggerSet(json.path("generation").longValue(), json.path("hash").asText(), items);
  }

  @Override
  public synchronized TriggerSet apply(TriggerSet set) throws IOException {
    TriggerSet held = held();
    if (set.generation() <= held.generation()) {
      return held;
    }
    ObjectNode json = JSON.createObjectNode();
    json.put("generation", set.generation()).put("hash", set.hash());
    json.putArray("items").addAll(set.items());
    replace(JSON.writeValueAsBytes(json));
    return set;
  }

  // The new content is on the disk before it has the name, and the name before anybody hears of it.
  private void replace(byte[] content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(file.resolveSibling("."))) {
      directory.force(true);
    }
  }
}
