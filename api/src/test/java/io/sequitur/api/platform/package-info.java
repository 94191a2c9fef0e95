/**
 * Platforms that misbehave, and a judge who believes no word of ours: he holds what a target is
 * said to be against what its platform held at that moment.
 */
@NullMarked
package io.sequitur.api.platform;

import org.jspecify.annotations.NullMarked;
