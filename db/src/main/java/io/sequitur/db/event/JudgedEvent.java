package io.sequitur.db.event;

import org.jspecify.annotations.Nullable;

/**
 * An event to be stored.
 *
 * @param judgement null: nobody asked its type yet, so routing will
 */
public record JudgedEvent(NewEvent event, @Nullable Judgement judgement) {}
