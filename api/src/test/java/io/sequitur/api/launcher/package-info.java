/** The shell script in front of the jar, run by a real shell. */
@NullMarked
package io.sequitur.api.launcher;

import org.jspecify.annotations.NullMarked;
