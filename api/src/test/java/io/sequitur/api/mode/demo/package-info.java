/** Tests of the package of the same name. */
@NullMarked
package io.sequitur.api.mode.demo;

import org.jspecify.annotations.NullMarked;
