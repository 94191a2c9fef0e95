package io.sequitur.bench.violation;

import io.sequitur.db.DatabaseAddress;

/** A measurement that shares code with what it measures. */
public record KnowsTheEngine(DatabaseAddress database) {}
