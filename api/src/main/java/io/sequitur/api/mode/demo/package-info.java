/** The story that the command demo plays, the receiver it plays it to, and the lines it prints. */
@NullMarked
package io.sequitur.api.mode.demo;

import org.jspecify.annotations.NullMarked;
