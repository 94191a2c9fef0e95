/** Deliveries over HTTP. */
@NullMarked
package io.sequitur.api.delivery;

import org.jspecify.annotations.NullMarked;
