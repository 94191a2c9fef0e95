/** PostgreSQL: addresses, migrations, and what every statement shares. */
@NullMarked
package io.sequitur.db;

import org.jspecify.annotations.NullMarked;
