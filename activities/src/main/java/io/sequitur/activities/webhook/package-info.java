/** Webhooks ready to be called: decrypted, parsed, versioned. */
@NullMarked
package io.sequitur.activities.webhook;

import org.jspecify.annotations.NullMarked;
