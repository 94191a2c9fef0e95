/** Judges, from logs alone, whether what was sent was what stood in the configuration. */
@NullMarked
package io.sequitur.api.freshness;

import org.jspecify.annotations.NullMarked;
