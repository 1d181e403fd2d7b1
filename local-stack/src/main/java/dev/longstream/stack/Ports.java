package dev.longstream.stack;

import dev.longstream.stack.failure.StackException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Which TCP ports of the loopback interface are free. */
final class Ports {
    static final String LOOPBACK = "127.0.0.1";

    private Ports() {}

    /**
     * The port to listen on.
     *
     * @param asked the port that was asked for; 0 for any
     * @param remembered the port used last time, taken again when any will do and it is free; 0 for none
     * @param what who is going to listen, for the message
     * @param flag the command line flag that changes the port
     * @throws StackException if a port that was asked for is in use
     */
    static int choose(int asked, int remembered, String what, String flag) {
        if (asked != 0) {
            if (!isFree(asked)) {
                throw new StackException("port " + asked + " on " + LOOPBACK + ", asked for as the " + what
                        + "'s, is in use by another program; choose another with " + flag + " (0 takes any free port)");
            }
            return asked;
        }
        return remembered != 0 && isFree(remembered) ? remembered : anyFree();
    }

    /**
     * A port chosen earlier, or 0, for any, where nobody asked for it and it has been taken since: the connections that a
     * broker's start makes have ports from the same range.
     */
    static int stillFree(int chosen, int asked) {
        return asked == 0 && !isFree(chosen) ? 0 : chosen;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as Kafka does: connections of an earlier run that linger are no hindrance
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
            throw new StackException("no free port on " + LOOPBACK + ": " + e.getMessage(), e);
        }
    }
}
