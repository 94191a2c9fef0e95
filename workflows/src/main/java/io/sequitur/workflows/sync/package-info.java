/** Targets that are told about changes. */
@NullMarked
package io.sequitur.workflows.sync;

import org.jspecify.annotations.NullMarked;
