/** The triggers that are built in, and the reconciling of all of them. */
@NullMarked
package io.sequitur.activities.catalogue;

import org.jspecify.annotations.NullMarked;
