package dev.longstream.metrics;

/** Says how a process is. Called by the server's threads; answers at once. */
public interface HealthSource {
    /** Returns whether the process and its roles live: what is wrong can be mended by a restart at most. */
    HealthReport live();

    /** Returns whether all roles of the process have what they need to work. */
    HealthReport ready();
}
