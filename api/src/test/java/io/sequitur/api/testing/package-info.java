/** Doubles that tests of this module share. */
@NullMarked
package io.sequitur.api.testing;

import org.jspecify.annotations.NullMarked;
