/** Sends one HTTP attempt and no more: the only place that opens connections to tenants' URLs. */
@NullMarked
package io.sequitur.activities.delivery.http;

import org.jspecify.annotations.NullMarked;
