@NullMarked
package io.sequitur.bench;

import org.jspecify.annotations.NullMarked;
