@NullMarked
package io.sequitur.activities;

import org.jspecify.annotations.NullMarked;
