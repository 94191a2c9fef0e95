package io.sequitur.client;

import org.jspecify.annotations.Nullable;

/**
 * What a platform says that it has.
 *
 * @param notificationId of the notice that it answers; null: none
 * @param rejection why it does not take this generation; null: it has it, and durably
 */
public record Acknowledgement(
    long generation, String hash, @Nullable String notificationId, @Nullable String rejection) {}
