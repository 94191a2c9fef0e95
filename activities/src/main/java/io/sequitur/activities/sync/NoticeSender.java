package io.sequitur.activities.sync;

import io.sequitur.workflows.delivery.AttemptOutcome;

/** A way in which a target is told. */
@FunctionalInterface
interface NoticeSender {
  /** Tells it, once. Everything that can happen is an outcome, and none of them proves anything. */
  AttemptOutcome send(SyncNotice notice);
}
