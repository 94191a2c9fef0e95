/** API keys. */
@NullMarked
package io.sequitur.db.access;

import org.jspecify.annotations.NullMarked;
