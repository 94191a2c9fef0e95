/**
 * Sending a file of events: framed into batches, in order, with the line of whatever is refused.
 */
@NullMarked
package io.sequitur.api.cli.send;

import org.jspecify.annotations.NullMarked;
