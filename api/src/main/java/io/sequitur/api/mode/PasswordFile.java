package io.sequitur.api.mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** A random password that only the owner of the data directory can read. */
final class PasswordFile {
  private static final int BYTES = 24;

  private PasswordFile() {}

  /** Reads it, or makes it on first use. It needs no quoting anywhere: letters, digits, - and _. */
  static String readOrCreate(Path file) throws IOException {
    if (Files.exists(file)) {
      return Files.readString(file).strip();
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, password, StandardOpenOption.TRUNCATE_EXISTING);
    return password;
  }
}
