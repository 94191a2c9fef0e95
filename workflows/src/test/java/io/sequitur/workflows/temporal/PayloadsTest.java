package io.sequitur.workflows.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sequitur.workflows.delivery.DrainWebhook.Drained;
import io.sequitur.workflows.delivery.WebhookRef;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {
  private final DataConverter converter = Payloads.converter();

  @Test
  void fieldOfANewerWorkerIsIgnored() {
    assertThat(read("{\"uid\":7,\"colour\":\"red\"}")).isEqualTo(new WebhookRef(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"uid\":null}"})
  void missingPrimitiveIsAnErrorAndNotZero(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(DataConverterException.class);
  }

  @Test
  void instantsKeepTheirMilliseconds() {
    Drained drained = new Drained(Instant.parse("2026-11-21T12:34:56.789Z"), 3, null, null, null);
    Payload payload = converter.toPayload(drained).orElseThrow();
    assertThat(converter.fromPayload(payload, Drained.class, Drained.class)).isEqualTo(drained);
  }

  private WebhookRef read(String json) {
    Payload payload =
        Payload.newBuilder()
            .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
            .setData(ByteString.copyFromUtf8(json))
            .build();
    return converter.fromPayload(payload, WebhookRef.class, WebhookRef.class);
  }
}
