/**
 * What is out of date: invalidations, epochs, users' caches, and whether every table is covered.
 */
@NullMarked
package io.sequitur.db.cache;

import org.jspecify.annotations.NullMarked;
