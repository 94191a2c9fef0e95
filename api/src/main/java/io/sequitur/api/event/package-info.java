/** Events in, and their dispatch to workflows. */
@NullMarked
package io.sequitur.api.event;

import org.jspecify.annotations.NullMarked;
