package io.sequitur.activities.webhook;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;

/**
 * Encrypts secrets at rest (AES-256-GCM by Tink). Each ciphertext is bound to its place, so that
 * nobody can move it to another row and read it there.
 */
public final class SecretBox {

  private final Aead aead;
  private final String keyset;

  private SecretBox(Aead aead, String keyset) {
    this.aead = aead;
    this.keyset = keyset;
  }

  /**
   * Opens the box with a Tink keyset in JSON.
   *
   * @throws IllegalArgumentException when the file cannot be read or is no such keyset
   */
  public static SecretBox open(Path keyset) {
    try {
      KeysetHandle handle =
          TinkJsonProtoKeysetFormat.parseKeyset(
              Files.readString(keyset), aeads(), InsecureSecretKeyAccess.get());
      return new SecretBox(
          handle.getPrimitive(aeads(), Aead.class), Integer.toString(handle.getPrimary().getId()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the keyset file " + keyset + " cannot be read: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the keyset file " + keyset + " is no Tink keyset in JSON for AEAD", e);
    }
  }

  /** Writes a new keyset that only its owner may read, unless there is one already. */
  public static void createIfMissing(Path keyset) {
    try {
      if (Files.exists(keyset)) {
        return;
      }
      String json =
          TinkJsonProtoKeysetFormat.serializeKeyset(
              KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, aeads()),
              aeads(),
              InsecureSecretKeyAccess.get());
      Files.createFile(
          keyset,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(keyset, json, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the keyset file " + keyset + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Tells one keyset from another; no secret. */
  public String keyset() {
    return keyset;
  }

  public byte[] seal(String secret, Place place) {
    try {
      return aead.encrypt(secret.getBytes(StandardCharsets.UTF_8), place.bytes());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a secret cannot be encrypted", e);
    }
  }

  /**
   * The secret again.
   *
   * @throws GeneralSecurityException when it was sealed with another keyset or for another place
   */
  public String unseal(byte[] sealed, Place place) throws GeneralSecurityException {
    return new String(aead.decrypt(sealed, place.bytes()), StandardCharsets.UTF_8);
  }

  private static Configuration aeads() throws GeneralSecurityException {
    AeadConfig.register();
    return RegistryConfiguration.get();
  }

  /** Where a ciphertext belongs. */
  public record Place(String tenant, String table, String row) {
    public static Place ofKeyValue(String tenant, String name) {
      return new Place(tenant, "key_value", name);
    }

    public static Place ofSigningKey(String tenant, long webhookUid) {
      return new Place(tenant, "signing_key", Long.toString(webhookUid));
    }

    public static Place ofSyncKey(String tenant, long targetUid) {
      return new Place(tenant, "sync_signing_key", Long.toString(targetUid));
    }

    byte[] bytes() {
      return (tenant.length() + ":" + tenant + "|" + table + "|" + row)
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
