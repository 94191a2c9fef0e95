package io.sequitur.api.sync;

import io.sequitur.activities.sync.SyncLedger;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncState;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Waits for targets, however many wait for one: they share what one of them has read. */
@Singleton
final class SyncWaits {
  /** Less than clients wait for an answer. */
  private static final Duration LONGEST = Duration.ofSeconds(25);

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final SyncLedger ledger;
  private final Map<String, Shared> targets = new ConcurrentHashMap<>();

  SyncWaits(SyncLedger ledger) {
    this.ledger = ledger;
  }

  /** What a request waits for. */
  enum Until {
    /** Nothing: its generation is recorded. */
    RECORDED,
    /** A notice of it arrived, or it was pulled and acknowledged without one. */
    NOTIFIED,
    /** It was acknowledged. */
    APPLIED;

    static Until of(@Nullable String word) {
      return switch (word) {
        case null -> RECORDED;
        case "recorded" -> RECORDED;
        case "notified" -> NOTIFIED;
        case "applied" -> APPLIED;
        default -> {
          String detail = "wait is recorded, notified or applied.";
          throw new ProblemException(
              ProblemType.MALFORMED, detail, List.of(new Problem("/wait", detail)));
        }
      };
    }

    /** Whether there is nothing more to wait for: it has come, or cannot come by itself. */
    boolean over(SyncStanding standing, long generation) {
      boolean stuck =
          standing.state() == SyncState.SUPPRESSED || standing.state() == SyncState.NACKED;
      return switch (this) {
        case RECORDED -> true;
        case NOTIFIED ->
            stuck || standing.notified() >= generation || isApplied(standing, generation);
        case APPLIED -> stuck || isApplied(standing, generation);
      };
    }
  }

  /** Whether the target acknowledged this generation, or a later one. */
  static boolean isApplied(SyncStanding standing, long generation) {
    long applied = standing.applied().generation();
    return (applied > generation && !standing.verifying())
        || (applied == generation && standing.state() == SyncState.CLEAN);
  }

  private static final class Shared {
    private Optional<SyncStanding> last = Optional.empty();
    private long readAt;
    private boolean read;

    synchronized Optional<SyncStanding> read(SyncLedger ledger, String tenant, String name) {
      if (!read || System.nanoTime() - readAt > PAUSE.toNanos()) {
        last = ledger.settle(tenant, name);
        readAt = System.nanoTime();
        read = true;
      }
      return last;
    }
  }

  /** How the target stands when that is over, or when it was waited for long enough. */
  Optional<SyncStanding> await(String tenant, String name, Predicate<SyncStanding> over) {
    String key = tenant + '\0' + name;
    long end = System.nanoTime() + LONGEST.toNanos();
    while (System.nanoTime() - end < 0) {
      Shared shared = targets.computeIfAbsent(key, unused -> new Shared());
      Optional<SyncStanding> standing = shared.read(ledger, tenant, name);
      if (standing.isEmpty() || over.test(standing.get()) || !pause()) {
        break;
      }
    }
    targets.remove(key);
    return ledger.settle(tenant, name);
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
