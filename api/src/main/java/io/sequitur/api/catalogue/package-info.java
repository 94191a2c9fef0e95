/** Triggers over HTTP. */
@NullMarked
package io.sequitur.api.catalogue;

import org.jspecify.annotations.NullMarked;
