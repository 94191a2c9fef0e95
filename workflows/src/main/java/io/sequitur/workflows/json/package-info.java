/** Strict JSON from outside: what is not well-formed is refused with its place, never repaired. */
@NullMarked
package io.sequitur.workflows.json;

import org.jspecify.annotations.NullMarked;
