package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestHeadersTest {
  private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  @Test
  void deliveryCarriesTheHeadersOfTheContract() {
    var headers = RequestHeaders.ofDelivery(stamp("acme/shop ü", 7L, "rpl_1"), List.of());
    assertThat(values(headers.list()))
        .containsEntry("content-type", "application/cloudevents+json; charset=utf-8")
        .containsEntry("webhook-id", "evt_1")
        .containsEntry("webhook-timestamp", "1614265330")
        .containsEntry("webhook-signature", SIGNATURE)
        .containsEntry("sequitur-webhook", "erp")
        .containsEntry("sequitur-attempt", "2")
        .containsEntry("sequitur-config-version", "c9")
        .containsEntry("sequitur-key", "acme%2Fshop%20%C3%BC")
        .containsEntry("sequitur-sequence", "7")
        .containsEntry("sequitur-replay", "rpl_1")
        .containsKey("user-agent");
  }

  @Test
  void keySequenceAndReplayAreLeftOutWhereThereIsNone() {
    assertThat(values(RequestHeaders.ofDelivery(stamp(null, null, null), List.of()).list()))
        .doesNotContainKeys("sequitur-key", "sequitur-sequence", "sequitur-replay");
  }

  @Test
  void nothingReplacesTheHeadersThatIdentifyTheMessage() {
    var own =
        List.of(
            HttpHeader.open("Webhook-Signature", "forged"),
            HttpHeader.open("Content-Type", "text/plain"),
            HttpHeader.open("SEQUITUR-ATTEMPT", "99"));
    var headers = RequestHeaders.ofDelivery(stamp(null, null, null), own);
    assertThat(values(headers.list()))
        .containsEntry("webhook-signature", SIGNATURE)
        .containsEntry("content-type", "application/cloudevents+json; charset=utf-8")
        .containsEntry("sequitur-attempt", "2")
        .doesNotContainKey("Webhook-Signature");
  }

  @Test
  void lastOfSeveralWithOneNameCounts() {
    var own = List.of(HttpHeader.open("X-Env", "old"), HttpHeader.open("x-env", "new"));
    var headers = RequestHeaders.ofDelivery(stamp(null, null, null), own);
    assertThat(headers.list()).contains(HttpHeader.open("x-env", "new"));
    assertThat(headers.list().stream().filter(h -> h.name().equalsIgnoreCase("x-env"))).hasSize(1);
  }

  @Test
  void maskedHeadersShowNeitherSecretsNorASignatureThatVerifies() {
    var own =
        List.of(
            HttpHeader.secret("X-Token", "hunter2"),
            HttpHeader.open("Authorization", "Bearer hunter2"),
            HttpHeader.open("X-Env", "prod"));
    var headers = RequestHeaders.ofDelivery(stamp(null, null, null), own);
    assertThat(values(headers.masked()))
        .containsEntry("X-Token", "***")
        .containsEntry("Authorization", "***")
        .containsEntry("X-Env", "prod")
        .containsEntry("webhook-signature", "v1,g0hM9...")
        .containsEntry("webhook-id", "evt_1");
    assertThat(headers.toString()).doesNotContain("hunter2", SIGNATURE);
  }

  @Test
  void noticeIsSignedJson() {
    var headers = RequestHeaders.ofNotice("ntf_1", Instant.EPOCH, SIGNATURE, List.of());
    assertThat(values(headers.list()))
        .containsEntry("content-type", "application/json; charset=utf-8")
        .containsEntry("webhook-id", "ntf_1")
        .containsEntry("webhook-timestamp", "0")
        .containsEntry("webhook-signature", SIGNATURE);
  }

  @Test
  void whatIsBuiltPassesTheLastCheck() {
    var headers = RequestHeaders.ofDelivery(stamp("\r\nX-Evil: 1\u0000", 1L, null), List.of());
    assertThat(HeaderRules.checkForWire(headers.list())).isEmpty();
    assertThat(values(headers.list())).containsEntry("sequitur-key", "%0D%0AX-Evil%3A%201%00");
  }

  @Test
  void attemptsCountFromOne() {
    assertThatThrownBy(
            () -> new AttemptStamp("evt_1", Instant.EPOCH, "v1,x", "erp", 0, "c", null, null, null))
        .hasMessageContaining("count from 1");
  }

  private static AttemptStamp stamp(
      @Nullable String key, @Nullable Long sequence, @Nullable String replay) {
    return new AttemptStamp(
        "evt_1",
        Instant.ofEpochSecond(1_614_265_330),
        SIGNATURE,
        "erp",
        2,
        "c9",
        key,
        sequence,
        replay);
  }

  private static Map<String, String> values(List<HttpHeader> headers) {
    Map<String, String> values = new LinkedHashMap<>();
    headers.forEach(header -> values.put(header.name(), header.value()));
    return values;
  }
}
