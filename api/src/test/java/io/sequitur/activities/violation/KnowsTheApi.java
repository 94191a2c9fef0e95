package io.sequitur.activities.violation;

import io.sequitur.api.engine.Role;

/** A step that knows the process around it. */
public record KnowsTheApi(Role role) {}
