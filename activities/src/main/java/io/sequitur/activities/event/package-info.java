/** Step 1: routing events to what they affect. */
@NullMarked
package io.sequitur.activities.event;

import org.jspecify.annotations.NullMarked;
