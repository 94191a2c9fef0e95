package io.sequitur.activities.sync;

import io.sequitur.activities.delivery.http.TargetUrl;
import io.sequitur.workflows.delivery.SigningKey;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A notice that is to leave.
 *
 * @param target its name
 * @param keys that sign it; at least one
 * @param items of the set, each in canonical form; null where the target is not sent any
 */
record SyncNotice(
    String target,
    TargetUrl url,
    List<SigningKey> keys,
    SyncSet set,
    UUID id,
    @Nullable List<String> items) {
  private static final String PREFIX = "ntc_";

  SyncNotice {
    keys = List.copyOf(keys);
  }

  /** The id as others see it. */
  static String publicId(UUID id) {
    return PREFIX + id.toString().replace("-", "");
  }

  String publicId() {
    return publicId(id);
  }
}
