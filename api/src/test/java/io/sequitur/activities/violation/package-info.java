/** Classes that break the rules of {@code ArchitectureTest}, to show that it notices. */
@NullMarked
package io.sequitur.activities.violation;

import org.jspecify.annotations.NullMarked;
