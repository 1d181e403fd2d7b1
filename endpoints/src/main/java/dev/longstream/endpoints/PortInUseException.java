package dev.longstream.endpoints;

/** Signals that another program listens on the port. */
public final class PortInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PortInUseException(String host, int port, Throwable cause) {
        super(
                "serve cannot listen on " + host + ":" + port
                        + ": the port is in use by another program; choose another with --port (0 takes any free port)",
                cause);
    }
}
