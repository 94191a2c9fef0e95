package io.sequitur.workflows.catalogue;

/** Whose triggers to reconcile. */
public record ReconcileRequest(String tenant) {}
