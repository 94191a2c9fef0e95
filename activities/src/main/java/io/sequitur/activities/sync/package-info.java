/** Step 4: everything else that follows from an event. */
@NullMarked
package io.sequitur.activities.sync;

import org.jspecify.annotations.NullMarked;
