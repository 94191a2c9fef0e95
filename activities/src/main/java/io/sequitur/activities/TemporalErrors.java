package io.sequitur.activities;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** What a failed call to Temporal says. */
public final class TemporalErrors {
  private TemporalErrors() {}

  /** Whether nobody answered; then another try at once is no use. */
  public static boolean away(Throwable failure) {
    return is(failure, Status.Code.UNAVAILABLE) || is(failure, Status.Code.DEADLINE_EXCEEDED);
  }

  /** Whether this was the answer. */
  public static boolean is(Throwable failure, Status.Code code) {
    StatusRuntimeException status = status(failure);
    return status != null && status.getStatus().getCode() == code;
  }

  /** In a few words. The SDK's own message names only the workflow. */
  public static String reason(Throwable failure) {
    StatusRuntimeException status = status(failure);
    return String.valueOf((status == null ? failure : status).getMessage());
  }

  private static @Nullable StatusRuntimeException status(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof StatusRuntimeException status) {
        return status;
      }
    }
    return null;
  }
}
