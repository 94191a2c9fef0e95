/** What the interface says about itself: its OpenAPI document and its problem types. */
@NullMarked
package io.sequitur.api.reference;

import org.jspecify.annotations.NullMarked;
