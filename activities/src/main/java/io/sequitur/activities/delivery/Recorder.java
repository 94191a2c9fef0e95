package io.sequitur.activities.delivery;

import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Recorded;
import io.sequitur.db.delivery.ResultStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups of results down. A database that is away is waited for: the answer of a receiver is
 * known only here, and losing it means sending again.
 */
final class Recorder {
  private static final Logger log = LoggerFactory.getLogger(Recorder.class);
  private static final Duration PAUSE = Duration.ofMillis(250);

  /**
   * Longer than any lease: after that somebody else has the delivery, and this result would change
   * nothing.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ResultStore results;
  private final ProcessId me;
  private final Consumer<Recorded> after;

  Recorder(ResultStore results, ProcessId me, Consumer<Recorded> after) {
    this.results = results;
    this.me = me;
    this.after = after;
  }

  /** One answer per row: whether it is written down. */
  List<Boolean> record(List<AttemptRow> rows) {
    JdbiException failure = tryRecord(rows);
    if (failure == null) {
      return rows.stream().map(row -> true).toList();
    }
    log.warn(
        "recording {} results failed, trying each alone: {}", rows.size(), failure.getMessage());
    List<Boolean> written = new ArrayList<>();
    for (AttemptRow row : rows) {
      written.add(recordAlone(row));
    }
    return written;
  }

  // A row that the database refuses must not take the others with it, nor be tried for ever.
  private boolean recordAlone(AttemptRow row) {
    JdbiException failure = null;
    for (long waited = 0; waited < PATIENCE.toMillis(); waited += PAUSE.toMillis()) {
      failure = tryRecord(List.of(row));
      if (failure == null) {
        return true;
      }
      if (!pause()) {
        break;
      }
    }
    log.error(
        "the result of event {} for webhook {} is not recorded; its claim lapses and it is sent again",
        row.eventId(),
        row.webhookUid(),
        failure);
    return false;
  }

  private @Nullable JdbiException tryRecord(List<AttemptRow> rows) {
    try {
      after.accept(results.record(rows, me.value()));
      return null;
    } catch (JdbiException e) {
      return e;
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
