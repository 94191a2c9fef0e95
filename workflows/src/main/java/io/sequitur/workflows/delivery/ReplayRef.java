package io.sequitur.workflows.delivery;

/**
 * A replay as its workflow knows it.
 *
 * @param id {@code rpl_} and 32 hex digits
 */
public record ReplayRef(String id) {}
