package io.sequitur.workflows.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardWebhooksTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw|msg_p5jXN8AQM9LWM0D4loKWxJek|1614265330|{\"test\": 2432232314}|v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD|msg_27UH4WbU6Z5A5EzD8u03UvzRbpk|1649367553|{\"email\":\"test@example.com\",\"username\":\"test_user\"}|v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
      })
  void publishedVectorsHold(String secret, String id, long seconds, String body, String signature) {
    assertThat(
            StandardWebhooks.sign(
                id,
                Instant.ofEpochSecond(seconds).plusMillis(999),
                body.getBytes(UTF_8),
                List.of(SigningSecret.parse(secret))))
        .isEqualTo(signature);
  }

  @Test
  void publishedVectorOfTheAsymmetricSchemeHolds() {
    SigningKey key =
        SigningKey.parse(
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==");
    assertThat(((SigningKeyPair) key).publicKey())
        .isEqualTo("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    assertThat(
            StandardWebhooks.sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                Instant.ofEpochSecond(1_614_265_330),
                "{\"test\": 2432232314}".getBytes(UTF_8),
                List.of(SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), key)))
        .isEqualTo(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
                + "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==");
  }

  @Test
  void referenceLibraryAcceptsOldAndNewSecretDuringRotation() throws Exception {
    var newer = SigningSecret.generate(RANDOM);
    var older = SigningSecret.generate(RANDOM);
    String body = "{\"grüße\":\"你好\"}";
    HttpHeaders headers = signed(body, List.of(newer, older));

    assertThatCode(() -> new Webhook(newer.reveal()).verify(body, headers))
        .doesNotThrowAnyException();
    assertThatCode(() -> new Webhook(older.reveal()).verify(body, headers))
        .doesNotThrowAnyException();
    var stranger = new Webhook(SigningSecret.generate(RANDOM).reveal());
    assertThatThrownBy(() -> stranger.verify(body, headers))
        .isInstanceOf(WebhookVerificationException.class);
    assertThatThrownBy(() -> new Webhook(newer.reveal()).verify(body + " ", headers))
        .isInstanceOf(WebhookVerificationException.class);
  }

  @Test
  void newestSecretSignsFirst() {
    var newer = SigningSecret.generate(RANDOM);
    var older = SigningSecret.generate(RANDOM);
    Instant at = Instant.ofEpochSecond(1);
    byte[] body = {1, 2, 3};
    String both = StandardWebhooks.sign("evt_1", at, body, List.of(newer, older));
    assertThat(both)
        .isEqualTo(
            StandardWebhooks.sign("evt_1", at, body, List.of(newer))
                + " "
                + StandardWebhooks.sign("evt_1", at, body, List.of(older)));
  }

  @Test
  void oneSecretSignsInManyThreadsAtOnce() {
    var secret = SigningSecret.generate(RANDOM);
    byte[] body = new byte[10_000];
    String expected = StandardWebhooks.sign("evt_1", Instant.EPOCH, body, List.of(secret));
    assertThat(
            IntStream.range(0, 500)
                .parallel()
                .mapToObj(
                    i -> StandardWebhooks.sign("evt_1", Instant.EPOCH, body, List.of(secret))))
        .containsOnly(expected);
  }

  @Test
  void refusesWhatCannotBeVerified() {
    var secret = SigningSecret.generate(RANDOM);
    assertThatThrownBy(
            () -> StandardWebhooks.sign("evt.1", Instant.EPOCH, new byte[0], List.of(secret)))
        .hasMessageContaining("no dot");
    assertThatThrownBy(() -> StandardWebhooks.sign("evt_1", Instant.EPOCH, new byte[0], List.of()))
        .hasMessageContaining("at least one secret");
  }

  private static HttpHeaders signed(String body, List<SigningSecret> secrets) {
    Instant now = Instant.now();
    String signature = StandardWebhooks.sign("evt_1", now, body.getBytes(UTF_8), secrets);
    return HttpHeaders.of(
        Map.of(
            "webhook-id", List.of("evt_1"),
            "webhook-timestamp", List.of(Long.toString(now.getEpochSecond())),
            "webhook-signature", List.of(signature)),
        (name, value) -> true);
  }
}
