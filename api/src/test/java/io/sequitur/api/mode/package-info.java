/** Tests of the package of the same name. */
@NullMarked
package io.sequitur.api.mode;

import org.jspecify.annotations.NullMarked;
