package dev.longstream.dashboard;

import dev.longstream.runs.serving.ListenerAccess;
import org.jspecify.annotations.Nullable;

/**
 * Address and access rules of a dashboard.
 *
 * @param host name or address of the interface: 127.0.0.1 for this machine alone, 0.0.0.0 for all
 * @param port port; 0: any free one; null: {@link #PORT}, or any free one while that is in use
 * @param access files of the server
 * @param token token that readers must give; null: none is needed
 */
public record DashboardSettings(String host, @Nullable Integer port, ListenerAccess access, @Nullable String token) {
    /** Port of a dashboard for which none is chosen. */
    public static final int PORT = 8420;

    /** Interface of a dashboard for which none is chosen: this machine alone. */
    public static final String HOST = "127.0.0.1";

    /** Creates the settings of a dashboard for this machine alone, without a token. */
    public static DashboardSettings onThisMachine(@Nullable Integer port) {
        return new DashboardSettings(HOST, port, ListenerAccess.THIS_MACHINE, null);
    }
}
