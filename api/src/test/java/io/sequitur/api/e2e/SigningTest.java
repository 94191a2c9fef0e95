package io.sequitur.api.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Rotation of what signs, and the test of a webhook. */
final class SigningTest extends EndToEnd {
  /** What stands before the 32 bytes of an Ed25519 public key in its X.509 form (RFC 8410). */
  private static final byte[] HEADER = HexFormat.of().parseHex("302a300506032b6570032100");

  SigningTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void oldAndNewSecretSignDuringTheOverlapAndTheNewOneAloneWithoutIt() {
    String old = webhook("");
    String newer = rotate("{\"overlap\":\"1h\"}").get("signingSecret").textValue();
    publish("1", "");
    Received both = awaitReceived(1).getFirst();
    both.verify(old);
    both.verify(newer);

    String newest = rotate("{\"overlap\":\"0s\"}").get("signingSecret").textValue();
    publish("2", "");
    Received one = awaitReceived(2).get(1);
    one.verify(newest);
    assertThatThrownBy(() -> one.verify(newer)).isInstanceOf(AssertionError.class);
    assertThat(
            pg().count(
                    "select count(*) from sequitur.audit_log a join sequitur.webhook w on w.uid = a.webhook_uid where w.name = ? and a.action = 'webhook.rotate-secret'",
                    name))
        .isEqualTo(2);
  }

  @Test
  void noVerificationFailsWhileSecretsRotateUnderLoad() {
    String old = webhook("");
    for (int i = 0; i < 60; i++) {
      api.postLater("/v1/events", event("e" + i, "")).join();
      if (i == 20) {
        rotate("{\"overlap\":\"1h\"}");
      }
    }
    awaitReceived(60).forEach(request -> request.verify(old));
  }

  @Test
  void aPublicKeyVerifiesBesideTheSecret() throws Exception {
    String secret = webhook("");
    JsonNode pair = rotate("{\"scheme\":\"v1a\"}");
    assertThat(pair.has("signingSecret")).isFalse();
    String publicKey = pair.get("publicKey").textValue();
    assertThat(api.get("/v1/webhooks/" + name).json().get("publicKeys").get(0).textValue())
        .isEqualTo(publicKey);
    publish("1", "");

    Received request = awaitReceived(1).getFirst();
    request.verify(secret);
    String signature =
        Arrays.stream(request.header("webhook-signature").split(" "))
            .filter(one -> one.startsWith("v1a,"))
            .findFirst()
            .orElseThrow();
    assertThat(verified(publicKey, request, signature.substring("v1a,".length()))).isTrue();
  }

  @Test
  void aTestOfAWebhookAnswersWithItsAttempt() {
    webhook("\"retry\":\"1s 1s\"");
    JsonNode well = api.post("/v1/webhooks/" + name + "/test", "").expect(200).json();
    assertThat(well.get("attempt").get("status").intValue()).isEqualTo(200);
    assertThat(received().getFirst().body()).contains("sequitur.webhook.test");

    receiver.script(path, 500);
    JsonNode ill = api.post("/v1/webhooks/" + name + "/test", "").expect(200).json();
    assertThat(ill.get("attempt").get("status").intValue()).isEqualTo(500);
    awaitState("exhausted", 1);
    assertThat(received()).as("tried once").hasSize(2);

    api.put("/v1/webhooks/" + name, definition("\"active\":false")).expect(200);
    api.post("/v1/webhooks/" + name + "/test", "").expect(409);
  }

  private JsonNode rotate(String body) {
    return api.post("/v1/webhooks/" + name + "/rotate-secret", body).expect(200).json();
  }

  private static boolean verified(String publicKey, Received request, String signature)
      throws GeneralSecurityException {
    byte[] raw = Base64.getDecoder().decode(publicKey.substring("whpk_".length()));
    byte[] encoded = Arrays.copyOf(HEADER, HEADER.length + raw.length);
    System.arraycopy(raw, 0, encoded, HEADER.length, raw.length);
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    verifier.update(
        (request.id() + "." + request.header("webhook-timestamp") + ".").getBytes(UTF_8));
    verifier.update(request.bytes());
    return verifier.verify(Base64.getDecoder().decode(signature));
  }
}
