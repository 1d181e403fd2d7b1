package dev.longstream.producers.following;

import java.util.List;

/**
 * Deltas that lead from the weights of one version to those of a later one, through the versions between.
 *
 * @param base SHA-256 of the weights that the first delta starts from
 * @param deltas the files, in the order of their versions
 */
record DeltaChain(String base, List<DeltaPlace> deltas) {
    DeltaChain {
        deltas = List.copyOf(deltas);
    }

    /**
     * An announced delta.
     *
     * @param place file relative to the run's folder
     * @param bytes size of the file
     * @param digest SHA-256 of the file
     */
    record DeltaPlace(String place, long bytes, String digest) {}
}
