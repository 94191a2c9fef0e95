package io.sequitur.activities.delivery.http;

import io.sequitur.workflows.delivery.AttemptOutcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt.
 *
 * @param duration from the call to its end, by the monotonic clock
 * @param receivers the part of it that counts as the receiver's: from the first thing that was done
 *     towards it to the end. In a process that is busy with itself the whole is much longer, and of
 *     this, too, some is its own.
 * @param responseBody the beginning of the answer, at most 4 KiB of UTF-8 without NUL; null if
 *     there was no answer
 */
public record EgressResult(
    AttemptOutcome outcome, Duration duration, Duration receivers, @Nullable String responseBody) {}
