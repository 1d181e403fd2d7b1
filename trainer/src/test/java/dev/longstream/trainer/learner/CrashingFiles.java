package dev.longstream.trainer.learner;

import dev.longstream.trainer.checkpoint.DurableFiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * A disk whose user may die before, in the middle of and after every change. Nothing is forced to it: the test's process
 * lives on, so that it cannot show the difference, and the disk takes its time.
 */
public final class CrashingFiles extends DurableFiles {
    private final Crash crash;

    public CrashingFiles(Crash crash) {
        this.crash = crash;
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        crash.point("before writing " + file);
        super.write(file, Arrays.copyOf(content, content.length / 2));
        crash.point("half of " + file);
        Files.delete(file);
        super.write(file, content);
        crash.point("after writing " + file);
    }

    @Override
    public void force(Path tree) {
        crash.point("before forcing " + tree);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        crash.point("before renaming to " + to);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        crash.point("after renaming to " + to);
    }

    @Override
    public void delete(Path tree) throws IOException {
        crash.point("before deleting " + tree);
        super.delete(tree);
        crash.point("after deleting " + tree);
    }
}
