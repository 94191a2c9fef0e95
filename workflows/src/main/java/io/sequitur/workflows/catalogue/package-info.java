/** Catalogue definitions, and which triggers an event matches. */
@NullMarked
package io.sequitur.workflows.catalogue;

import org.jspecify.annotations.NullMarked;
