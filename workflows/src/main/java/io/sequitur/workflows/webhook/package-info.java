/** The definition of a webhook: what a user may ask for, and what is wrong with it. */
@NullMarked
package io.sequitur.workflows.webhook;

import org.jspecify.annotations.NullMarked;
