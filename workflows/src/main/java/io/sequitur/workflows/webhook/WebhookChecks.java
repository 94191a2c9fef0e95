package io.sequitur.workflows.webhook;

import java.util.Optional;
import java.util.function.Function;

/**
 * Rules for a webhook's texts that are at home elsewhere. Each says what is wrong with a text in a
 * sentence that does not repeat it, or nothing.
 */
public record WebhookChecks(
    Function<String, Optional<String>> url,
    Function<String, Optional<String>> retry,
    Function<String, Optional<String>> headerName,
    Function<String, Optional<String>> headerValue,
    Function<String, Optional<String>> signingSecret,
    Function<String, Optional<String>> certificateAuthority) {}
