package io.sequitur.workflows.delivery;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The headers of one request, each name once.
 *
 * <p>Precedence: our defaults, over them the webhook's own headers, over them those that identify
 * and sign the message, which nothing can replace. Of several with the same name, in any case, the
 * last one counts.
 */
public record RequestHeaders(List<HttpHeader> list) {
  private static final String MASK = "***";

  /** Enough of a signature to tell two apart in a log, too little to be replayed. */
  private static final int SHOWN_OF_SIGNATURE = 8;

  private static final HttpHeader USER_AGENT =
      HttpHeader.open("user-agent", "Sequitur-Webhooks/1.0");

  public RequestHeaders {
    list = lastOfEachName(list);
  }

  /** The headers of a delivery: a CloudEvent, signed. */
  public static RequestHeaders ofDelivery(AttemptStamp stamp, List<HttpHeader> own) {
    List<HttpHeader> all = new ArrayList<>();
    all.add(USER_AGENT);
    all.addAll(own);
    all.add(HttpHeader.open("content-type", "application/cloudevents+json; charset=utf-8"));
    addSignature(all, stamp.eventId(), stamp.timestamp(), stamp.signature());
    all.add(HttpHeader.open("sequitur-webhook", stamp.webhook()));
    all.add(HttpHeader.open("sequitur-attempt", Integer.toString(stamp.attempt())));
    all.add(HttpHeader.open("sequitur-config-version", stamp.configVersion()));
    if (stamp.key() != null) {
      all.add(HttpHeader.open("sequitur-key", PercentEncoding.encode(stamp.key())));
    }
    if (stamp.sequence() != null) {
      all.add(HttpHeader.open("sequitur-sequence", Long.toString(stamp.sequence())));
    }
    if (stamp.replay() != null) {
      all.add(HttpHeader.open("sequitur-replay", stamp.replay()));
    }
    return new RequestHeaders(all);
  }

  /** The headers of a notice to a sync target: plain JSON, signed in the same way. */
  public static RequestHeaders ofNotice(
      String id, Instant timestamp, String signature, List<HttpHeader> own) {
    List<HttpHeader> all = new ArrayList<>();
    all.add(USER_AGENT);
    all.addAll(own);
    all.add(HttpHeader.open("content-type", "application/json; charset=utf-8"));
    addSignature(all, id, timestamp, signature);
    return new RequestHeaders(all);
  }

  /** The same headers as they may be stored and shown: no secret value, no usable signature. */
  public List<HttpHeader> masked() {
    return list.stream().map(RequestHeaders::masked).toList();
  }

  private static HttpHeader masked(HttpHeader header) {
    if (header.key().equals("webhook-signature")) {
      return HttpHeader.open(header.name(), shortened(header.value()));
    }
    // Credentials written into the webhook itself are no better off in a log than those of a
    // secret.
    boolean hide = header.sensitive() || header.key().equals("authorization");
    return hide ? HttpHeader.open(header.name(), MASK) : header;
  }

  private static String shortened(String signatures) {
    return signatures.length() <= SHOWN_OF_SIGNATURE
        ? MASK
        : signatures.substring(0, SHOWN_OF_SIGNATURE) + "...";
  }

  private static void addSignature(
      List<HttpHeader> all, String id, Instant timestamp, String signature) {
    all.add(HttpHeader.open("webhook-id", id));
    all.add(HttpHeader.open("webhook-timestamp", Long.toString(timestamp.getEpochSecond())));
    all.add(HttpHeader.open("webhook-signature", signature));
  }

  private static List<HttpHeader> lastOfEachName(List<HttpHeader> headers) {
    Map<String, HttpHeader> last = LinkedHashMap.newLinkedHashMap(headers.size());
    headers.forEach(header -> last.put(header.key(), header));
    return List.copyOf(last.values());
  }
}
