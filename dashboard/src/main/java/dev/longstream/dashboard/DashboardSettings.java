package dev.longstream.dashboard;

import dev.longstream.http.ServerAccess;
import org.jspecify.annotations.Nullable;

/**
 * Address and access rules of a dashboard.
 *
 * @param host name or address of the interface: 127.0.0.1 for this machine alone, 0.0.0.0 for all
 * @param port port; 0: any free one; null: {@link #PORT}, or any free one while that is in use
 * @param access who may read
 */
public record DashboardSettings(String host, @Nullable Integer port, ServerAccess access) {
    /** Port of a dashboard for which none is chosen. */
    public static final int PORT = 8420;

    /** Interface of a dashboard for which none is chosen: this machine alone. */
    public static final String HOST = "127.0.0.1";
}
