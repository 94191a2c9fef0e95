/** What is written about the interface, made from the code and compared with it. */
@NullMarked
package io.sequitur.api.reference;

import org.jspecify.annotations.NullMarked;
