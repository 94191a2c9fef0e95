package io.sequitur.api.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.DeliveryView;
import java.time.Instant;

/** One attempt; header values that come from secrets are masked. */
public record LoggedAttempt(
    int number,
    Instant at,
    @Nullable Integer status,
    @JsonProperty("class") @Nullable String failureClass,
    int durationMs,
    String configVersion,
    @JsonRawValue String requestHeaders,
    @Nullable String responseBody,
    @Nullable String hint,
    @Nullable String replay) {
  public static LoggedAttempt of(DeliveryView.Attempt row) {
    return new LoggedAttempt(
        row.number(),
        row.at(),
        row.status(),
        row.class_(),
        row.durationMs(),
        row.configVersion(),
        row.requestHeaders(),
        row.responseBody(),
        row.hint(),
        row.replay() == null ? null : Ids.replay(row.replay()));
  }
}
