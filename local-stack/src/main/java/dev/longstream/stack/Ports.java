package dev.longstream.stack;

import dev.longstream.stack.failure.StackException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Chooses free TCP ports of the loopback interface. */
@SuppressWarnings("AddressSelection") // LOOPBACK is a literal address, so that no name is resolved
final class Ports {
    static final String LOOPBACK = "127.0.0.1";

    private Ports() {}

    /**
     * Returns the port to listen on.
     *
     * @param requested port that the user named; 0 for any free port
     * @param previous port of the last start, preferred to another free one; 0 for none
     * @param server name of the server that will listen, for the error message
     * @param flag command line flag that sets the port, for the error message
     * @throws StackException if the requested port is in use
     */
    static int choose(int requested, int previous, String server, String flag) {
        if (requested != 0) {
            if (!isFree(requested)) {
                throw new StackException("port " + requested + " on " + LOOPBACK + ", requested for the " + server
                        + ", is in use by another program; choose another with " + flag + " (0 takes any free port)");
            }
            return requested;
        }
        return previous != 0 && isFree(previous) ? previous : anyFree();
    }

    /**
     * Returns {@code chosen}, or 0 for any free port if the user requested none and {@code chosen} is in use by now. The
     * connections that a starting broker opens get their ports from the same range.
     */
    static int stillFree(int chosen, int requested) {
        return requested == 0 && !isFree(chosen) ? 0 : chosen;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as Kafka does: lingering connections of an earlier run do not matter
            socket.bind(new InetSocketAddress(InetAddress.getByName(LOOPBACK), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }

    private static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StackException("there is no free port on " + LOOPBACK + ": " + e.getMessage(), e);
        }
    }
}
