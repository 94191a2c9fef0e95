package io.sequitur.activities.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.activities.webhook.SecretBox.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretBoxTest {
  private static final Place PLACE = Place.ofKeyValue("default", "token");

  @TempDir private Path directory = Path.of("");

  @Test
  void whatWasSealedComesOutAgainAndCannotBeReadMeanwhile() throws GeneralSecurityException {
    SecretBox box = box("a.json");
    byte[] sealed = box.seal("grüße-geheim", PLACE);
    assertThat(new String(sealed, UTF_8)).doesNotContain("geheim");
    assertThat(box.unseal(sealed, PLACE)).isEqualTo("grüße-geheim");
    assertThat(box.seal("grüße-geheim", PLACE)).as("never the same twice").isNotEqualTo(sealed);
  }

  @Test
  void aSecretOpensInItsOwnPlaceAlone() {
    SecretBox box = box("a.json");
    byte[] sealed = box.seal("secret", PLACE);
    for (Place other :
        new Place[] {
          Place.ofKeyValue("default", "other"),
          Place.ofKeyValue("another", "token"),
          new Place("default", "signing_key", "token"),
          new Place("default|key_value", "", "token")
        }) {
      assertThatThrownBy(() -> box.unseal(sealed, other))
          .as(other.toString())
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  // Without the tenant's length, a tenant's name could reach into the next field.
  @Test
  void placesThatReadAlikeAreDifferentOnes() {
    assertThat(new Place("a|key_value", "x", "y").bytes())
        .isNotEqualTo(new Place("a", "key_value|x", "y").bytes());
  }

  @Test
  void anotherKeysetOrAChangedByteOpensNothing() {
    byte[] sealed = box("a.json").seal("secret", PLACE);
    assertThatThrownBy(() -> box("b.json").unseal(sealed, PLACE))
        .isInstanceOf(GeneralSecurityException.class);
    sealed[sealed.length - 1] ^= 1;
    assertThatThrownBy(() -> box("a.json").unseal(sealed, PLACE))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aNewKeysetIsItsOwnersAloneAndIsNeverOverwritten() throws IOException {
    Path keyset = directory.resolve("keyset.json");
    SecretBox.createIfMissing(keyset);
    String made = Files.readString(keyset);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyset)))
        .isEqualTo("rw-------");
    SecretBox.createIfMissing(keyset);
    assertThat(keyset).hasContent(made);
  }

  @Test
  void aFileThatIsNoKeysetIsNamed() throws IOException {
    Path missing = directory.resolve("missing.json");
    assertThatThrownBy(() -> SecretBox.open(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the keyset file " + missing + " cannot be read");
    Path other = Files.writeString(directory.resolve("other.json"), "{\"a\":1}");
    assertThatThrownBy(() -> SecretBox.open(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(other + " is no Tink keyset");
  }

  private SecretBox box(String name) {
    Path keyset = directory.resolve(name);
    SecretBox.createIfMissing(keyset);
    return SecretBox.open(keyset);
  }
}
