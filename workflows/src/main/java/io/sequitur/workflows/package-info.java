@NullMarked
package io.sequitur.workflows;

import org.jspecify.annotations.NullMarked;
