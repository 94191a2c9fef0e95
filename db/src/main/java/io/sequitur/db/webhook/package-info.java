/** Webhooks with their headers and signing keys, and the key-values they use. */
@NullMarked
package io.sequitur.db.webhook;

import org.jspecify.annotations.NullMarked;
