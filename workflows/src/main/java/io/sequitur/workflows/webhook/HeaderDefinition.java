package io.sequitur.workflows.webhook;

import org.jspecify.annotations.Nullable;

/**
 * A header that a webhook adds: with a text of its own, or that of a key-value.
 *
 * @param keyValue name of a key-value; exactly one of the two is given
 */
public record HeaderDefinition(String name, @Nullable String value, @Nullable String keyValue) {}
