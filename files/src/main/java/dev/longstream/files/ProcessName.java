package dev.longstream.files;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Name of this process among all hosts that share a file system: host name and process id, as in {@code node-7-4711}. */
public final class ProcessName {
    private static final String HOST = findHost();

    private ProcessName() {}

    /** Returns the name of this process, of letters, digits, {@code .}, {@code _} and {@code -}. */
    public static String get() {
        return HOST + "-" + ProcessHandle.current().pid();
    }

    /** Returns the name of this host, of the same characters. */
    public static String host() {
        return HOST;
    }

    private static String findHost() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "_");
        } catch (UnknownHostException e) {
            return "localhost"; // a host without a name of its own
        }
    }
}
