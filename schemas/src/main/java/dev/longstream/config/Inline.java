package dev.longstream.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component whose own components are keys of the enclosing section of a configuration file. Records nest
 * while the file stays flat.
 *
 * <p>A component whose type is a sealed interface is a choice: its key names the record, spelled with hyphens, and the
 * components of that record are keys beside it. For example, {@code @Inline Surrogate surrogate} is written
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
