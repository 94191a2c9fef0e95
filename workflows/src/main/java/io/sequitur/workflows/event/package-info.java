/** The way of an event: its workflow and the steps of it. */
@NullMarked
package io.sequitur.workflows.event;

import org.jspecify.annotations.NullMarked;
