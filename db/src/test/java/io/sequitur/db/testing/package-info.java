/** A real PostgreSQL for tests, and short words for what a test begins with. */
@NullMarked
package io.sequitur.db.testing;

import org.jspecify.annotations.NullMarked;
