package io.sequitur.db.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user says about a trigger.
 *
 * @param actions all of them in JSON, in the order they were written
 * @param deliver the webhooks that these actions name, each once
 * @param condition in JSON
 */
public record TriggerContent(
    String name,
    String description,
    List<String> events,
    @Nullable String filter,
    String actions,
    List<String> deliver,
    @Nullable String condition) {}
