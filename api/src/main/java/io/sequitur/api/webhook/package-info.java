/** Webhooks and key-values over HTTP. */
@NullMarked
package io.sequitur.api.webhook;

import org.jspecify.annotations.NullMarked;
