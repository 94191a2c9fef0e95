/** Who may do what: API keys, tenants, and the rules of dev mode. */
@NullMarked
package io.sequitur.api.access;

import org.jspecify.annotations.NullMarked;
