/** What follows from an event besides its deliveries. */
@NullMarked
package io.sequitur.db.sync;

import org.jspecify.annotations.NullMarked;
