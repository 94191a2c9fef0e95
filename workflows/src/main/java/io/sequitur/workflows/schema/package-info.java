/** JSON Schema for the data of events: bounded, without the network, compiled once. */
@NullMarked
package io.sequitur.workflows.schema;

import org.jspecify.annotations.NullMarked;
