package dev.longstream.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component whose own components are keys of the enclosing section of a configuration file, so that records may
 * nest where a file stays flat.
 *
 * <p>A component of a sealed interface is a choice: its own key names the record, spelled with hyphens, and the components of
 * that record alone lie beside it. {@code @Inline Surrogate surrogate} is written
 *
 * <pre>
 * surrogate: cispo
 * ratio-low: 0
 * ratio-high: 5
 * </pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Inline {}
