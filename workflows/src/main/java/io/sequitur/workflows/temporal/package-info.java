/** What all workflows share: ids, task queue, time-outs, payloads, search attributes. */
@NullMarked
package io.sequitur.workflows.temporal;

import org.jspecify.annotations.NullMarked;
