package io.sequitur.workflows.sync;

import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What can happen to a sync target. */
public sealed interface SyncCause {
  /** Its word in the history, and its row in the table of transitions. */
  Kind kind();

  /** The kinds, with words for a table that people read. */
  enum Kind {
    CHANGE("the catalogue has another set, which gets a generation"),
    SUSPICION("that set is empty or sharply smaller, and no deletions explain it"),
    CONFIRM("`confirm`"),
    NOTICE("a notice leaves"),
    ARRIVAL("it is answered 2xx"),
    FAILURE("it is not"),
    PULL("a pull, or a push, hands out a generation"),
    ACK("an acknowledgement, `APPLIED`"),
    NACK("an acknowledgement, `REJECTED`"),
    REQUEST("`sync`"),
    URGE("a trigger's `notify`, or another `url`"),
    SETTINGS("its settings are others, and what it acknowledged proves less by them"),
    TIME("the state's time is over");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What happened. */
    public String words() {
      return words;
    }
  }

  /**
   * The catalogue has another set than the newest.
   *
   * @param set with the next generation
   * @param suspicion why it must not leave by itself; null: it may
   */
  record Change(SyncSet set, @Nullable String suspicion) implements SyncCause {
    @Override
    public Kind kind() {
      return suspicion == null ? Kind.CHANGE : Kind.SUSPICION;
    }
  }

  /** An operator lets the suppressed set leave. */
  record Confirm() implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.CONFIRM;
    }
  }

  /** A notice of the desired generation begins; recorded before its first byte leaves. */
  record Notice(UUID notification) implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.NOTICE;
    }
  }

  /** The notice was answered 2xx. */
  record Arrival(UUID notification) implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.ARRIVAL;
    }
  }

  /**
   * The notice was answered otherwise, or not at all.
   *
   * @param retryAfter how long the target asked to be left alone; null: it did not
   */
  record Failure(UUID notification, String reason, @Nullable Duration retryAfter)
      implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.FAILURE;
    }
  }

  /** A generation leaves in the answer to a pull; recorded before its first byte does. */
  record Pull(long generation) implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.PULL;
    }
  }

  /**
   * The target says that it has this set, whose hash was compared with what was given out.
   *
   * @param notification that it answers; null: none, or one that is not known
   * @param round of that notification
   */
  record Ack(SyncSet set, @Nullable UUID notification, long round) implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.ACK;
    }
  }

  /** The target says that it does not take this set, and keeps the one before. */
  record Nack(SyncSet set, String reason) implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.NACK;
    }
  }

  /** Somebody asks that it be in sync; nothing leaves if it is. */
  record Request() implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.REQUEST;
    }
  }

  /** It is to be told, whether anything has changed or not. */
  record Urge() implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.URGE;
    }
  }

  /** Its settings are others: the times that run follow them at once. */
  record Settings() implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.SETTINGS;
    }
  }

  /** The clock says so; does nothing before the state is due. */
  record Time() implements SyncCause {
    @Override
    public Kind kind() {
      return Kind.TIME;
    }
  }
}
