/** The product as its users and receivers see it: a started process, real HTTP, real PostgreSQL. */
@NullMarked
package io.sequitur.api.e2e;

import org.jspecify.annotations.NullMarked;
