package io.sequitur.workflows.event;

/** A trigger with a condition, as its workflow knows it. */
public record ConditionRef(String tenant, String trigger) {}
