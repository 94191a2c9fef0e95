package io.sequitur.workflows.sync;

/** A sync target, as its workflow knows it. */
public record SyncTargetRef(long uid) {}
