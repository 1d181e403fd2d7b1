package dev.longstream.cli.exit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the exit codes of a command beside {@link ExitCode#DONE}, {@link ExitCode#FAILED} and {@link ExitCode#WRONG_USE},
 * which every command has. Its help lists them. A command without this annotation has its base class's codes.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface AlsoEndsWith {
    /** The codes, in any order. */
    ExitCode[] value();
}
