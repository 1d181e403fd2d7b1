package dev.longstream.metrics;

/** Reports the health of a process. Called by the server's threads; answers at once. */
public interface HealthSource {
    /** Reports whether the process and its roles are alive. After a problem here, only a restart helps. */
    HealthReport live();

    /** Reports whether all roles of the process have what they need to work. */
    HealthReport ready();
}
