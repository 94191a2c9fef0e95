/** Whether this process has started, lives, and can do its work: the probes of an orchestrator. */
@NullMarked
package io.sequitur.api.health;

import org.jspecify.annotations.NullMarked;
