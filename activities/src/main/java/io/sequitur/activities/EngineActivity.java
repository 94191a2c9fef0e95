package io.sequitur.activities;

/** Marks what the worker registers. */
public interface EngineActivity {}
