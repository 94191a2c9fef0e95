/** Triggers over HTTP, and the whole catalogue as a file. */
@NullMarked
package io.sequitur.api.catalogue;

import org.jspecify.annotations.NullMarked;
