/** Fakes of the activities, and a Temporal in this process whose time skips. */
@NullMarked
package io.sequitur.workflows.testing;

import org.jspecify.annotations.NullMarked;
