package dev.longstream.producers.following;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.longstream.failure.UnreachableException;
import dev.longstream.failure.UnusableInputException;
import dev.longstream.files.FolderLease;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.folder.AdapterFolder;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.safetensors.NamedTensor;
import dev.longstream.policy.safetensors.SafeTensors;
import dev.longstream.policy.safetensors.TensorSpec;
import dev.longstream.producers.WordPolicy;
import dev.longstream.questions.DocumentText;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsBase;
import dev.longstream.testing.Records;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A host without the run's folder, and a server whose connections break. */
@Timeout(60)
class FetchedFilesTest {
    private static final Topics TOPICS = new Topics("try", 1);

    @TempDir
    Path served;

    @TempDir
    Path local;

    private HttpServer server;
    private final List<String> requests = new ArrayList<>();
    private int bytesBeforeABreak = Integer.MAX_VALUE;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void shouldFetchAVersionOnceForAllItsReaders() throws Exception {
        // Given
        Weights weights = version(1);
        FetchedFiles files = files();
        // When
        try (OpenWeights first = files.open(weights);
                OpenWeights second = files().open(weights)) {
            // Then
            assertThat(first.folder().tensors().digest()).isEqualTo(weights.getDigest());
            assertThat(second.folder().path()).isEqualTo(first.folder().path());
            assertThat(first.folder().tokenizer().encode("word1")).hasSize(1);
            assertThat(requests).doesNotHaveDuplicates();
            assertThat(FolderLease.isHeld(first.folder().path())).isTrue();
        }
    }

    @Test
    void shouldFetchTheBaseOnceForAllAdapters() throws IOException {
        // Given
        Path base = served.resolve("checkpoints/base");
        WordPolicy.write(Files.createDirectories(base));
        WeightsBase announced =
                new WeightsBase("checkpoints/base", SafeTensors.sha256(base.resolve("model.safetensors")), 1L);
        FetchedFiles files = files();
        for (int version = 1; version <= 4; version++) {
            Weights weights = adapter(version, announced);
            // When
            try (OpenWeights open = files.open(weights)) {
                // Then
                assertThat(open.folder().digest()).isEqualTo(weights.getDigest());
                assertThat(open.folder().tensors().digest()).isEqualTo(announced.getDigest());
                assertThat(open.folder().tokenizer().encode("word1")).hasSize(1);
                assertThat(FolderLease.isHeld(open.folder().base())).isTrue();
            }
        }
        assertThat(requests)
                .filteredOn(request -> request.startsWith("checkpoints/base/model.safetensors"))
                .hasSize(1);
    }

    @Test
    void shouldRefuseAnAdapterWhoseBaseIsAnother() throws IOException {
        // Given
        WordPolicy.write(Files.createDirectories(served.resolve("checkpoints/base")));
        Weights weights = adapter(1, new WeightsBase("checkpoints/base", "f".repeat(64), 1L));
        // Then
        assertThatThrownBy(() -> files().open(weights))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("expected ffff");
        assertThatThrownBy(() -> new RunFolderFiles(served, TOPICS).open(weights))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining("expected ffff");
    }

    /** Writes an adapter whose own file names no base. */
    private Weights adapter(int version, WeightsBase base) throws IOException {
        AdapterConfig shape = new AdapterConfig(1, 1, List.of("q_proj"));
        String place = "checkpoints/step-00000%d/model".formatted(version);
        List<NamedTensor> matrices = shape.tensors(ModelConfig.in(served.resolve("checkpoints/base"))).stream()
                .map(spec -> new NamedTensor(spec.name(), spec.shape(), () -> values(spec, version)))
                .toList();
        String digest = AdapterFolder.write(Files.createDirectories(served.resolve(place)), "nowhere", shape, matrices);
        return Records.weights(version)
                .setUri(place)
                .setDigest(digest)
                .setBase(base)
                .build();
    }

    private static FloatBuffer values(TensorSpec spec, int value) {
        float[] values = new float[(int) spec.size()];
        Arrays.fill(values, value);
        return FloatBuffer.wrap(values);
    }

    @Test
    void shouldContinueABrokenDownloadWhereItBroke() {
        // Given
        Weights weights = version(1);
        bytesBeforeABreak = 100_000;
        // When
        try (OpenWeights open = files().open(weights)) {
            // Then
            assertThat(open.folder().tensors().digest()).isEqualTo(weights.getDigest());
            assertThat(requests)
                    .contains("checkpoints/step-000001/model/model.safetensors bytes=100000-")
                    .contains("checkpoints/step-000001/model/model.safetensors bytes=200000-");
        }
    }

    @Test
    void shouldFetchAVersionAgainWhenItsBytesAreOthers() {
        // Given
        Weights weights = version(1);
        Weights expected = Weights.newBuilder(weights).setDigest("f".repeat(64)).build();
        FetchedFiles files = files();
        // When
        assertThatThrownBy(() -> files.open(expected))
                .isInstanceOf(UnusableInputException.class)
                .hasMessageContaining(weights.getDigest() + ", expected " + expected.getDigest());
        // Then
        assertThat(fetched()).isEmpty();
    }

    @Test
    void shouldKeepTheTwoVersionsUsedLastAndThoseInUse() {
        // Given
        FetchedFiles files = files();
        List<Weights> versions = Stream.of(1, 2, 3, 4).map(this::version).toList();
        try (OpenWeights inUse = files.open(versions.get(0))) {
            // When
            for (Weights each : versions.subList(1, 4)) {
                files.open(each).close();
            }
            // Then
            assertThat(fetched())
                    .containsExactlyInAnyOrder(
                            versions.get(0).getDigest(),
                            versions.get(2).getDigest(),
                            versions.get(3).getDigest());
        }
    }

    @Test
    void shouldReadADocumentThatTheTrainerHas() throws Exception {
        // Given
        DocumentText text = new DocumentText("", "word1 word2");
        String uri = "documents/" + text.digest() + ".txt";
        Files.createDirectories(served.resolve("documents"));
        Files.writeString(served.resolve(uri), text.text());
        // Then
        assertThat(files().text(Records.document(text.digest(), text.text())
                        .setText(null)
                        .setUri(uri)
                        .build()))
                .isEqualTo(text.text());
        assertThatThrownBy(() -> files().text(Records.document("d", "")
                        .setText(null)
                        .setUri("documents/other.txt")
                        .build()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("documents/other.txt");
    }

    @Test
    void shouldTellAVersionThatIsGoneFromAHostThatIsAway() {
        // Given
        Weights gone = Records.weights(7)
                .setUri("checkpoints/step-000007/model")
                .setDigest("0".repeat(64))
                .build();
        FetchedFiles files = files();
        // Then
        assertThat(files.has(gone)).isFalse();
        assertThatThrownBy(() -> files.open(gone)).isInstanceOf(UnusableInputException.class);
        server.stop(0);
        assertThatThrownBy(() -> files.open(gone)).isInstanceOf(UnreachableException.class);
    }

    private FetchedFiles files() {
        return FetchedFiles.served(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "key",
                local.resolve("fetched"),
                local,
                TOPICS);
    }

    private List<String> fetched() {
        try (Stream<Path> all = Files.list(local.resolve("fetched"))) {
            return all.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a version that differs from the others in its last weight. */
    private Weights version(int version) {
        String place = "checkpoints/step-%06d/model".formatted(version);
        Path weights = served.resolve(place).resolve("model.safetensors");
        WordPolicy.write(served.resolve(place));
        try {
            byte[] bytes = Files.readAllBytes(weights);
            bytes[bytes.length - 4] = (byte) version;
            Files.write(weights, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Records.weights(version)
                .setUri(place)
                .setDigest(SafeTensors.sha256(weights))
                .build();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(1);
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(path + " " + range);
            Path file = served.resolve(path);
            if (!Files.exists(file)
                    || !"Bearer key".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] whole = Files.isDirectory(file) ? list(file).getBytes() : Files.readAllBytes(file);
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.sendResponseHeaders(range == null ? 200 : 206, whole.length - from);
            exchange.getResponseBody().write(whole, from, Math.min(whole.length - from, bytesBeforeABreak));
        }
    }

    private static String list(Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                lines.append(Files.size(file) + " " + file.getFileName() + "\n");
            }
        }
        return lines.toString();
    }
}
