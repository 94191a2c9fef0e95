package io.sequitur.activities.violation;

import okhttp3.OkHttpClient;

/** Sends without asking the egress rules. */
public record GoesAroundTheGuard(OkHttpClient client) {}
