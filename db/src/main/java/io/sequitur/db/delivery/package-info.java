/** Deliveries: claims, results, lanes, and the doorbell. */
@NullMarked
package io.sequitur.db.delivery;

import org.jspecify.annotations.NullMarked;
