/**
 * The commands that run a server: dev, serve, migrate, demo, admin, and the parts that dev brings
 * along.
 */
@NullMarked
package io.sequitur.api.mode;

import org.jspecify.annotations.NullMarked;
