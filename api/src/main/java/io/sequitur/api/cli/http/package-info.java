/**
 * The client side of the HTTP API: which server, how it is asked, and what its errors mean to a
 * person.
 */
@NullMarked
package io.sequitur.api.cli.http;

import org.jspecify.annotations.NullMarked;
