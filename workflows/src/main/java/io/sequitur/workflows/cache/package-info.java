/** What a change makes stale, and the step that drops it. */
@NullMarked
package io.sequitur.workflows.cache;

import org.jspecify.annotations.NullMarked;
