package dev.longstream.files;

import java.util.Optional;

/**
 * Versions of persistent formats. A reader takes every version up to the newest that it knows. A new field that has a
 * default needs no new version; whatever an older release would misread does.
 */
public final class StateFormat {
    private StateFormat() {}

    /**
     * Returns why a state cannot be read; empty if its format is known.
     *
     * @param place file or store that holds the state
     * @param found version of its format
     * @param newest newest version that this release reads
     */
    public static Optional<String> problem(Object place, long found, long newest) {
        if (found > newest) {
            return Optional.of(place + " has format " + found + ", expected " + newest
                    + " or older: a newer release of Longstream wrote it. Continue the run with that release");
        }
        return found >= 1
                ? Optional.empty()
                : Optional.of(place + " has format " + found + ", expected 1 to " + newest + "; it is damaged");
    }
}
