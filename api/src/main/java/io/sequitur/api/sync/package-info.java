/** Sync targets: how they are declared, what they pull, and what they acknowledge. */
@NullMarked
package io.sequitur.api.sync;

import org.jspecify.annotations.NullMarked;
