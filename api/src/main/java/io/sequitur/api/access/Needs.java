package io.sequitur.api.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The scope that a request needs, where its HTTP method does not say it: what reads needs {@link
 * Scope#READ}, everything else {@link Scope#WRITE}. One at a method goes before one at its class.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Needs {
  Scope value();
}
