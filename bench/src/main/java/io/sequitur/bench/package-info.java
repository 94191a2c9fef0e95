/**
 * The load generator: offers events at fixed rates, receives their deliveries and accounts for
 * every one.
 */
@NullMarked
package io.sequitur.bench;

import org.jspecify.annotations.NullMarked;
