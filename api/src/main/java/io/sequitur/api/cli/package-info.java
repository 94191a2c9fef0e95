/**
 * The commands that ask a running server, and what every command shares: help, errors, exit codes.
 */
@NullMarked
package io.sequitur.api.cli;

import org.jspecify.annotations.NullMarked;
