/**
 * What a person reads: the terminal, tables, pages, and JSON laid out without changing a character
 * of it.
 */
@NullMarked
package io.sequitur.api.cli.text;

import org.jspecify.annotations.NullMarked;
