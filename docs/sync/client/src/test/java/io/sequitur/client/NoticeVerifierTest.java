package io.sequitur.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signed by the reference library. */
final class NoticeVerifierTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final long AT = 1_763_769_600;
  private static final String BODY = "{\"generation\":7}";

  private final NoticeVerifier verifier = at(AT);
  private String signature = "";

  @BeforeEach
  void sign() throws Exception {
    signature = new Webhook(SECRET).sign("ntc_1", AT, BODY);
  }

  @Test
  void acceptsWhatWasSignedWithTheSecret() {
    assertThat(accepts("ntc_1", AT, signature, BODY)).isTrue();
    assertThat(accepts("ntc_1", AT, "v1,b2xkZXI= " + signature, BODY))
        .as("while secrets rotate there are two")
        .isTrue();
  }

  @Test
  void refusesWhateverElseWasChanged() {
    assertThat(accepts("ntc_2", AT, signature, BODY)).isFalse();
    assertThat(accepts("ntc_1", AT + 1, signature, BODY)).isFalse();
    assertThat(accepts("ntc_1", AT, signature, BODY + " ")).isFalse();
    assertThat(accepts("ntc_1", AT, signature.replace("v1,", "v2,"), BODY)).isFalse();
    assertThat(accepts("ntc_1", AT, "null", BODY)).isFalse();
    assertThat(verifier.accepts("null", "null", "null", bytes(BODY))).isFalse();
  }

  @Test
  void refusesARecordingOfLongAgo() {
    assertThat(at(AT + 299).accepts("ntc_1", String.valueOf(AT), signature, bytes(BODY))).isTrue();
    assertThat(at(AT + 301).accepts("ntc_1", String.valueOf(AT), signature, bytes(BODY))).isFalse();
    assertThat(at(AT - 301).accepts("ntc_1", String.valueOf(AT), signature, bytes(BODY))).isFalse();
  }

  private boolean accepts(String id, long timestamp, String signatures, String body) {
    return verifier.accepts(id, String.valueOf(timestamp), signatures, bytes(body));
  }

  private static NoticeVerifier at(long second) {
    return new NoticeVerifier(SECRET, Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
