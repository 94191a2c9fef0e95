@NullMarked
package io.sequitur.db;

import org.jspecify.annotations.NullMarked;
