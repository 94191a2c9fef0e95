/** The running process: settings, wiring, workers, start and stop. */
@NullMarked
package io.sequitur.api.engine;

import org.jspecify.annotations.NullMarked;
