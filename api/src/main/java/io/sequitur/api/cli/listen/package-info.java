/** A local receiver that verifies, prints and counts the deliveries it gets. */
@NullMarked
package io.sequitur.api.cli.listen;

import org.jspecify.annotations.NullMarked;
