package io.sequitur.workflows.delivery;

/** A webhook as its workflow knows it. */
public record WebhookRef(long uid) {}
