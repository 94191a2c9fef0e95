/** Triggers, and the routing rules that are made of them. */
@NullMarked
package io.sequitur.db.catalogue;

import org.jspecify.annotations.NullMarked;
