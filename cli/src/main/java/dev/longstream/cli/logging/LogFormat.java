package dev.longstream.cli.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.LoggerFactory;

import java.util.Locale;

/** Form of the lines of the program's log, on standard error and in {@code RUN/logs}. */
public enum LogFormat {
    /** Lines for people; the terminal also shows words and progress without date. */
    TEXT,
    /** One JSON object a line. Standard error has nothing else, so that words and progress are lines of the log. */
    JSON;

    /** Environment variable, and system property, that {@code logback.xml} reads. */
    public static final String VARIABLE = "LONGSTREAM_LOG_FORMAT";

    /** Property of Logback's context that says which form it was configured for. */
    private static final String CONFIGURED = "format";

    private static volatile LogFormat used = TEXT;

    /**
     * Writes the log in this form from now on. A configuration of Logback that is not Longstream's own stays as it is.
     */
    public void use() {
        used = this;
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            String configured = context.getProperty(CONFIGURED);
            if (configured != null && !configured.equals(word())) {
                System.setProperty(VARIABLE, word());
                context.reset();
                try {
                    new ContextInitializer(context).autoConfig();
                } catch (JoranException e) {
                    throw new IllegalStateException("The log cannot be configured for the form " + word(), e);
                }
            }
        }
    }

    /** Returns the form that was chosen; text until {@link #use} was called. */
    public static LogFormat used() {
        return used;
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
