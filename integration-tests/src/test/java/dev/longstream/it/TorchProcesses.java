package dev.longstream.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The learner in PyTorch, started by torchrun, which starts its processes again when one of them ends. */
final class TorchProcesses implements AutoCloseable {
    /** Environment variable that names a Python with PyTorch and transformers. */
    static final String PYTHON = "LONGSTREAM_TORCH_PYTHON";

    private final Process torchrun;
    private final int port;

    private TorchProcesses(Process torchrun, int port) {
        this.torchrun = torchrun;
        this.port = port;
    }

    /**
     * Starts the learner, for which a trainer waits.
     *
     * @param folder folder for the file with its output
     */
    static TorchProcesses start(Path folder, int processes) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                System.getenv(PYTHON),
                "-m",
                "torch.distributed.run",
                "--standalone",
                "--nproc-per-node",
                "" + processes,
                "--max-restarts",
                "3",
                "-m",
                "longstream_torch",
                "--device",
                "cpu",
                "--port",
                "" + port);
        builder.environment()
                .put(
                        "PYTHONPATH",
                        Path.of("../integrations/torch/src").toAbsolutePath().toString());
        builder.environment().put("OMP_NUM_THREADS", "1");
        Path output = Files.createTempFile(folder, "learner", ".log");
        Process torchrun = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new TorchProcesses(torchrun, port);
    }

    /** Returns the options of a run that trains with these processes. */
    List<String> options() {
        return List.of("--set", "trainer.learner={kind: torch, url: 'http://127.0.0.1:" + port + "'}");
    }

    /** Kills one process of the learner. */
    void killOne() {
        torchrun.children()
                .filter(ProcessHandle::isAlive)
                .findFirst()
                .orElseThrow()
                .destroyForcibly();
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> started = torchrun.descendants().toList();
        torchrun.destroy();
        if (!torchrun.waitFor(1, TimeUnit.MINUTES)) {
            torchrun.destroyForcibly();
        }
        started.forEach(ProcessHandle::destroyForcibly);
    }
}
