/** Text forms of small values that people write: durations so far. */
@NullMarked
package io.sequitur.workflows.text;

import org.jspecify.annotations.NullMarked;
