package dev.longstream.cli.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.longstream.logging.LogOrigin;
import org.slf4j.MDC;

import java.util.List;
import java.util.Map;

/** Puts role, run and step into the MDC of the thread that writes a line, before an appender reads it. Refuses no line. */
public final class OriginFilter extends Filter<ILoggingEvent> {
    private static final List<String> NAMES = List.of(LogOrigin.ROLE, LogOrigin.RUN, LogOrigin.STEP);

    @Override
    public FilterReply decide(ILoggingEvent event) {
        Map<String, String> fields = LogOrigin.fields();
        for (String name : NAMES) {
            String value = fields.get(name);
            if (value == null) {
                MDC.remove(name);
            } else {
                MDC.put(name, value);
            }
        }
        return FilterReply.NEUTRAL;
    }
}
