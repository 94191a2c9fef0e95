/** Documents that people write, YAML or JSON, read so that each error is told with its place. */
@NullMarked
package io.sequitur.api.document;

import org.jspecify.annotations.NullMarked;
