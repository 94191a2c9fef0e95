/** Reconciles what the catalogue's rows say with what was seen of them before. */
@NullMarked
package io.sequitur.activities.catalogue;

import org.jspecify.annotations.NullMarked;
