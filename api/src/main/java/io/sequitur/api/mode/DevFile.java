package io.sequitur.api.mode;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * {@code DIR/dev.json}: where the parts of a running dev process are. It holds a password, so only
 * its owner may read it.
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record DevFile(
    String api, String database, String temporal, @Nullable String temporalUi, long pid) {
  private static final String NAME = "dev.json";

  /** Written aside and moved: nobody ever reads half of it. */
  void write(Path directory) throws IOException {
    Path draft = directory.resolve(NAME + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        draft, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
    Files.move(
        draft,
        directory.resolve(NAME),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(NAME));
  }
}
