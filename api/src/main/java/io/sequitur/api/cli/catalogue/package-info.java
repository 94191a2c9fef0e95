/** The catalogue as a file: read here, judged by the server. */
@NullMarked
package io.sequitur.api.cli.catalogue;

import org.jspecify.annotations.NullMarked;
