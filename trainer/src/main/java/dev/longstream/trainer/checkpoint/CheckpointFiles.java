package dev.longstream.trainer.checkpoint;

import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.safetensors.SafeTensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Names of the files of a checkpoint.
 *
 * <pre>
 * base/                           folder of the policy whose adapters the versions are, by choice
 * step-000012/model/              folder of the policy, or of the adapter, that training continues from
 * step-000012/bfloat16/           rounded copy for those who read versions, by choice
 * step-000012/bfloat16.delta      its differences from version 11, by choice
 * step-000012/moments.safetensors
 * step-000012/state.json          see {@link CheckpointDescription}
 * step-000012/.begin              says that the run began here, by choice
 * </pre>
 */
final class CheckpointFiles {
    static final String MODEL = "model";
    static final String ROUNDED = "bfloat16";
    static final String DELTA = ROUNDED + VersionDeltas.SUFFIX;
    static final String MOMENTS = "moments.safetensors";
    static final String STATE = "state.json";
    static final String WEIGHTS = weightsIn(MODEL);
    static final String ADAPTER = MODEL + "/" + AdapterFolder.WEIGHTS;
    static final String BASE = "base";
    /** Marks the checkpoint of another run that this one began with. It stays whole, because replays begin with it. */
    static final String BEGIN = ".begin";

    private CheckpointFiles() {}

    /** Returns the file with the weights of {@link #MODEL} or {@link #ROUNDED}. */
    static String weightsIn(String model) {
        return model + "/" + SafeTensors.SINGLE_FILE;
    }

    /** Returns every file that belongs to a checkpoint, except the description, by its relative path. */
    static Map<String, Path> content(Path checkpoint) throws IOException {
        Map<String, Path> content = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(checkpoint)) {
            paths.filter(path -> Files.isRegularFile(path)
                            && !path.getFileName().toString().startsWith(".")) // marks
                    .forEach(path ->
                            content.put(checkpoint.relativize(path).toString().replace('\\', '/'), path));
        }
        content.remove(STATE);
        content.remove(DELTA); // the announcement has its digest, and no training continues from it
        return content;
    }
}
