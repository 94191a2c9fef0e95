@NullMarked
package io.sequitur.api.document;

import org.jspecify.annotations.NullMarked;
