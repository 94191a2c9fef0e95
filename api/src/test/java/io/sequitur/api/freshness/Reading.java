package io.sequitur.api.freshness;

import io.sequitur.api.freshness.ArrivalLog.Arrival;
import io.sequitur.api.freshness.Change.Fate;
import io.sequitur.api.testing.Pg;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Reads what arrived: which version of each thing it shows, and when its attempt started. */
final class Reading {
  private static final String STARTS =
      """
      select w.name || ' evt_' || replace(a.event_id::text, '-', '') || ' attempt ' || a.number, a.at
      from sequitur.attempt a join sequitur.webhook w on w.uid = a.webhook_uid
      """;

  private final Map<String, Instant> starts = new HashMap<>();
  private final Map<String, List<Long>> signingKeys = new HashMap<>();
  private int unrecorded;

  Reading(Pg pg, Ledger ledger) throws SQLException {
    try (Connection connection = pg.connect();
        PreparedStatement statement = connection.prepareStatement(STARTS);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        starts.put(
            rows.getString(1),
            Objects.requireNonNull(rows.getObject(2, OffsetDateTime.class)).toInstant());
      }
    }
    ledger.changes().stream()
        .filter(change -> change.thing().endsWith("/key") && change.fate() != Fate.ROLLED_BACK)
        .forEach(change ->
            signingKeys
                .computeIfAbsent(change.thing(), thing -> new ArrayList<>())
                .add(change.version()));
  }

  /**
   * Those whose attempts were recorded; a process that was killed has told nobody of its last ones.
   */
  List<Use> uses(List<Arrival> arrivals) {
    List<Use> uses = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      Instant started = starts.get(arrival.name());
      if (started == null) {
        unrecorded++;
      } else {
        uses.add(use(arrival, started));
      }
    }
    return uses;
  }

  int unrecorded() {
    return unrecorded;
  }

  private Use use(Arrival arrival, Instant started) {
    Map<String, Long> versions = new HashMap<>();
    versions.put(arrival.webhook() + "/url", arrival.url());
    versions.put(arrival.webhook() + "/own", version(arrival.own()));
    versions.put(arrival.webhook() + "/key", keyVersion(arrival));
    versions.put("first", version(arrival.first()));
    versions.put("second", version(arrival.second()));
    versions.put("secret", version(arrival.secret()));
    return new Use(arrival.name(), arrival.webhook(), started, arrival.at(), versions);
  }

  private static long version(String value) {
    return Long.parseLong(value.substring(value.indexOf('-') + 1));
  }

  // The key that made the signature: one near the version of the URL, mostly.
  private long keyVersion(Arrival arrival) {
    return signingKeys.getOrDefault(arrival.webhook() + "/key", List.of()).stream()
        .sorted(java.util.Comparator.comparingLong(version -> Math.abs(version - arrival.url())))
        .filter(version -> arrival.signatures().contains(signature(arrival, version)))
        .findFirst()
        .orElse(-1L);
  }

  private static String signature(Arrival arrival, long version) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(ApiWriter.signingKey(version), "HmacSHA256"));
      mac.update(
          (arrival.event() + "." + arrival.timestamp() + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(arrival.body()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
