/** Step 3: attempts, their results, and the retries of what failed. */
@NullMarked
package io.sequitur.activities.delivery;

import org.jspecify.annotations.NullMarked;
