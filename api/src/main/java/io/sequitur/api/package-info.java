@NullMarked
package io.sequitur.api;

import org.jspecify.annotations.NullMarked;
