/** What all of the HTTP interface shares: problems, pages, versions. */
@NullMarked
package io.sequitur.api.http;

import org.jspecify.annotations.NullMarked;
