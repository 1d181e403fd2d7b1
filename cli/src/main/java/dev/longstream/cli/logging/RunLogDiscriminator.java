package dev.longstream.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.sift.AbstractDiscriminator;

/** Names the file of a line, without its extension, for Logback's {@code SiftingAppender}. */
public final class RunLogDiscriminator extends AbstractDiscriminator<ILoggingEvent> {
    @Override
    public String getKey() {
        return "file";
    }

    @Override
    public String getDiscriminatingValue(ILoggingEvent event) {
        return RunLogFiles.current().orElseThrow().toString(); // lines without a file are refused by the filter before
    }
}
