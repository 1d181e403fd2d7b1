package dev.longstream.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Keeps lines from the files of {@code RUN/logs} while this process has no run folder that it can write to. */
public final class RunFolderFilter extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        return RunLogFiles.current().isPresent() ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
