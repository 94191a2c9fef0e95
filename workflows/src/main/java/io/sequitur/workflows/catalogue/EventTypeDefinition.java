package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the events of one type.
 *
 * @param schema of their data, compiled once to be sure that it can be; null: documentation only
 */
public record EventTypeDefinition(
    String name, @Nullable String description, @Nullable JsonNode schema, OnInvalid onInvalid) {}
