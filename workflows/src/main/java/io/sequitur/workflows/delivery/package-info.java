/**
 * Deliveries: the step that makes first attempts, the workflow that retries, and what one attempt
 * is made of.
 */
@NullMarked
package io.sequitur.workflows.delivery;

import org.jspecify.annotations.NullMarked;
