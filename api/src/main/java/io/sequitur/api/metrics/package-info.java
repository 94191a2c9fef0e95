/** What the engine did and what is waiting, as numbers for Prometheus. */
@NullMarked
package io.sequitur.api.metrics;

import org.jspecify.annotations.NullMarked;
