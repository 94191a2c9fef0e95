/** Step 2: dropping what became stale. */
@NullMarked
package io.sequitur.activities.cache;

import org.jspecify.annotations.NullMarked;
