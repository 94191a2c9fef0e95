/** Judges, from the receiver's log alone, whether events came in order, and all of them. */
@NullMarked
package io.sequitur.api.order;

import org.jspecify.annotations.NullMarked;
