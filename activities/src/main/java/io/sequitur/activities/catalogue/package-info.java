/** The triggers that are built in, and what the engine does on them. */
@NullMarked
package io.sequitur.activities.catalogue;

import org.jspecify.annotations.NullMarked;
