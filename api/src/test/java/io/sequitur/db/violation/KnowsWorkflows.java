package io.sequitur.db.violation;

import io.sequitur.workflows.delivery.WebhookRef;

/** A store that knows what it is used for. */
public record KnowsWorkflows(WebhookRef webhook) {}
