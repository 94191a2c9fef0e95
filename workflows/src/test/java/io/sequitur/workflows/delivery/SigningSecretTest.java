package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningSecretTest {
  @Test
  void generatedSecretsComeBackFromTheirTextAndDiffer() {
    var random = new SecureRandom();
    var secret = SigningSecret.generate(random);
    assertThat(SigningSecret.parse(secret.reveal() + "\n"))
        .isEqualTo(secret)
        .hasSameHashCodeAs(secret);
    assertThat(SigningSecret.generate(random)).isNotEqualTo(secret);
    assertThat(secret.reveal()).startsWith("whsec_").hasSize("whsec_".length() + 44);
  }

  @Test
  void textFormIsNeverShown() {
    var secret = SigningSecret.generate(new SecureRandom());
    assertThat(secret.toString()).doesNotContain(secret.reveal().substring(6, 12));
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 64})
  void takesFrom24To64Bytes(int bytes) {
    assertThat(SigningSecret.parse(ofBytes(bytes)).reveal()).isEqualTo(ofBytes(bytes));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23, 65})
  void refusesOtherLengths(int bytes) {
    assertThatThrownBy(() -> SigningSecret.parse(ofBytes(bytes)))
        .hasMessageContaining("from 24 to 64")
        .hasMessageContaining(bytes + " bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "swordfish",
        "whsk_c3dvcmRmaXNoc3dvcmRmaXNoc3dvcmRmaXNo",
        "whsec_sword fish swordfish sword",
        "whsec_sw\u0000rdfish"
      })
  void refusalDoesNotQuoteTheText(String text) {
    assertThatThrownBy(() -> SigningSecret.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining("base64")
        .hasMessageNotContaining("sword");
  }

  private static String ofBytes(int count) {
    return "whsec_" + Base64.getEncoder().encodeToString(new byte[count]);
  }
}
