/** Events: their ledger, outbox, routing and runs. */
@NullMarked
package io.sequitur.db.event;

import org.jspecify.annotations.NullMarked;
