/** Pages of the documentation, run like a reader would. */
@NullMarked
package io.sequitur.api.docs;

import org.jspecify.annotations.NullMarked;
