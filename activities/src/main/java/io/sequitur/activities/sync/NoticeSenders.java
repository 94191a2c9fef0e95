package io.sequitur.activities.sync;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.activities.delivery.http.EgressClient;
import io.sequitur.activities.delivery.http.EgressRequest;
import io.sequitur.workflows.delivery.AttemptOutcome;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.RequestHeaders;
import io.sequitur.workflows.delivery.StandardWebhooks;
import io.sequitur.workflows.sync.SyncItems;
import io.sequitur.workflows.sync.SyncMode;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The two senders, and which of them a mode means. */
@Singleton
final class NoticeSenders {
  /** Of one request; two of them end before their notice is taken for lost. */
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  private final EgressClient egress;
  private final Clock clock;
  private final PublicAddress here;

  NoticeSenders(EgressClient egress, Clock clock, PublicAddress here) {
    this.egress = egress;
    this.clock = clock;
    this.here = here;
  }

  NoticeSender of(SyncMode mode) {
    return switch (mode) {
      case NOTIFY -> this::hint;
      case PUSH -> this::push;
      case BOTH -> notice -> push(notice) instanceof Delivered told ? told : hint(notice);
    };
  }

  private AttemptOutcome hint(SyncNotice notice) {
    return post(notice, fields(notice).toString());
  }

  // The items go out as the bytes that the hash was made of.
  private AttemptOutcome push(SyncNotice notice) {
    List<String> items = Objects.requireNonNull(notice.items(), "a push carries the set");
    String fields = fields(notice).put("hash", notice.set().hash()).toString();
    String opened = fields.substring(0, fields.length() - 1);
    return post(notice, opened + ",\"items\":" + SyncItems.array(items) + "}");
  }

  private ObjectNode fields(SyncNotice notice) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("operation", "update-triggers")
        .put("target", notice.target())
        .put("generation", notice.set().generation())
        .put("notificationId", notice.publicId())
        .put("pull", here.url() + "/v1/sync-targets/" + notice.target() + "/triggers");
  }

  private AttemptOutcome post(SyncNotice notice, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    Instant now = clock.instant();
    String signature = StandardWebhooks.sign(notice.publicId(), now, body, notice.keys());
    RequestHeaders headers = RequestHeaders.ofNotice(notice.publicId(), now, signature, List.of());
    return egress
        .send(new EgressRequest(notice.url(), headers.list(), body, TIMEOUT, null))
        .outcome();
  }
}
