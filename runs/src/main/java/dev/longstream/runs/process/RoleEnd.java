package dev.longstream.runs.process;

import dev.longstream.log.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;

/** Stops roles. */
public final class RoleEnd {
    private static final Logger LOG = LoggerFactory.getLogger(RoleEnd.class);

    private RoleEnd() {}

    /** Stops roles one after another. A fault of one is logged and does not keep the next ones from stopping. */
    public static void close(List<? extends Role> roles) {
        for (Role role : roles) {
            try {
                role.close();
            } catch (RuntimeException e) { // the remaining roles must be closed too
                LOG.warn("{} did not stop cleanly", role.name(), e);
            }
        }
    }
}
