package dev.longstream.runs.folder;

import dev.longstream.files.FolderLease;
import dev.longstream.files.Sha256;
import dev.longstream.log.Topics;
import dev.longstream.policy.delta.DeltaFile;
import dev.longstream.policy.delta.DeltaFile.DeltaSize;
import dev.longstream.policy.folder.ModelConfig;
import dev.longstream.policy.folder.NewPolicy;
import dev.longstream.producers.following.FetchedFiles;
import dev.longstream.producers.following.OpenWeights;
import dev.longstream.record.Weights;
import dev.longstream.record.WeightsDelta;
import dev.longstream.testing.Records;
import dev.longstream.trainer.serving.VersionServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Workers with copies of versions: from the trainer's server, and from a share. */
class FetchedDeltasTest {
    private static final String WEIGHTS = "model.safetensors";
    private static final Topics TOPICS = new Topics("try", 1);

    @TempDir
    Path run;

    @TempDir
    Path copies;

    private VersionServer server;
    private final List<Weights> versions = new ArrayList<>();

    enum From {
        SERVER,
        SHARE
    }

    @BeforeEach
    void makeVersions() throws IOException {
        for (int version = 0; version <= 3; version++) {
            versions.add(version(version));
        }
        server = VersionServer.start("127.0.0.1", 0, run, "key");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeAVersionFromTheOneBefore(From from) throws IOException {
        // Given
        FetchedFiles files = files(from);
        open(files, 0);
        damageWhole(1);
        // When
        try (OpenWeights open = opened(files, 1)) {
            // Then
            assertThat(Sha256.of(open.folder().path().resolve(WEIGHTS)))
                    .isEqualTo(versions.get(1).getDigest());
            assertThat(open.folder().path()).startsWith(copies);
            assertThat(open.folder().tokenizer().encode("word")).hasSize(1);
        }
        assertThat(copied()).containsExactlyInAnyOrder(digest(0), digest(1));
    }

    @ParameterizedTest
    @EnumSource
    void shouldFollowSeveralDeltas(From from) throws IOException {
        // Given
        FetchedFiles files = files(from);
        open(files, 0);
        IntStream.rangeClosed(1, 3).forEach(version -> {
            files.note(versions.get(version));
            damageWhole(version);
        });
        // When
        open(files, 3);
        // Then
        assertThat(copied()).containsExactlyInAnyOrder(digest(0), digest(3));
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadTheWholeVersionWhenTheDeltaIsDamagedOrGone(From from) throws IOException {
        // Given
        FetchedFiles files = files(from);
        open(files, 0);
        Path damaged = delta(1);
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length - 1]++;
        Files.write(damaged, bytes);
        Files.delete(delta(2));
        // Then
        open(files, 1);
        open(files, 2);
        assertThat(copied()).containsExactlyInAnyOrder(digest(1), digest(2));
    }

    @Test
    void shouldReadTheWholeVersionWhenTheDeltaGivesOtherWeights() throws IOException {
        // Given
        // The record names the delta of another version, as a log that was put together by hand would.
        FetchedFiles files = files(From.SERVER);
        open(files, 0);
        WeightsDelta other = versions.get(2).getDelta();
        versions.set(
                1,
                Weights.newBuilder(versions.get(1))
                        .setDelta(new WeightsDelta(other.getUri(), 0L, other.getBytes(), other.getDigest()))
                        .build());
        // Then
        open(files, 1);
        assertThat(copied()).containsExactlyInAnyOrder(digest(0), digest(1));
    }

    @Test
    void shouldReadTheWholeVersionWhenTheCopyOfTheOneBeforeIsDamaged() throws IOException {
        // Given
        FetchedFiles files = files(From.SERVER);
        open(files, 0);
        Path copy = copies.resolve(digest(0)).resolve(WEIGHTS);
        byte[] bytes = Files.readAllBytes(copy);
        bytes[bytes.length - 1]++;
        Files.write(copy, bytes);
        // Then
        open(files, 1);
    }

    @Test
    void shouldReadTheWholeVersionWithoutAnEarlierOne() {
        open(files(From.SERVER), 2);
        assertThat(copied()).containsExactly(digest(2));
    }

    @Test
    void shouldContinueWhatAKilledWorkerBegan() throws IOException {
        // Given
        open(files(From.SERVER), 0);
        Path work = copies.resolve(digest(1) + ".deltas.part");
        Files.createDirectories(work.resolve("model"));
        Files.write(work.resolve("model").resolve(WEIGHTS), new byte[] {1, 2, 3});
        byte[] delta = Files.readAllBytes(delta(1));
        Files.write(work.resolve(versions.get(1).getDelta().getDigest()), Arrays.copyOf(delta, 20));
        damageWhole(1);
        // When
        FetchedFiles files = files(From.SERVER);
        files.note(versions.get(0));
        open(files, 1);
        // Then
        assertThat(copied()).containsExactlyInAnyOrder(digest(0), digest(1));
    }

    @Test
    void shouldMarkAVersionAsReadOnlyWhileItIsCopiedFromAShare() throws IOException {
        // When
        open(files(From.SHARE), 1);
        // Then
        assertThat(FolderLease.isHeld(run.resolve("checkpoints/step-000001"))).isFalse();
    }

    @Test
    void shouldLetNobodyElseReadTheCopies() throws IOException {
        // Given
        Path folder = copies.resolve("of this host/try");
        // When
        open(FetchedFiles.shared(folder, run, TOPICS), 1);
        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    private FetchedFiles files(From from) {
        return from == From.SHARE
                ? FetchedFiles.shared(copies, run, TOPICS)
                : FetchedFiles.served(URI.create("http://127.0.0.1:" + server.port()), "key", copies, run, TOPICS);
    }

    private void open(FetchedFiles files, int version) {
        opened(files, version).close();
    }

    /** Opens a version, whose digest is compared, as a worker does that has read its announcement. */
    private OpenWeights opened(FetchedFiles files, int version) {
        files.note(versions.get(version));
        return files.open(versions.get(version));
    }

    private String digest(int version) {
        return versions.get(version).getDigest();
    }

    private List<String> copied() {
        try (Stream<Path> all = Files.list(copies)) {
            return all.filter(Files::isDirectory)
                    .map(path -> path.getFileName().toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the trainer's weights have other bytes, so that nobody can use them. */
    private void damageWhole(int version) {
        try {
            Files.write(weights(version), new byte[] {1, 2, 3});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path delta(int version) {
        return run.resolve(place(version) + ".delta");
    }

    private Path weights(int version) {
        return run.resolve(place(version)).resolve(WEIGHTS);
    }

    private static String place(int version) {
        return "checkpoints/step-%06d/bfloat16".formatted(version);
    }

    /** Makes a version that differs from the others in its last weight, with a delta from the one before. */
    private Weights version(int version) throws IOException {
        List<String> words = List.of("<pad>", "<end>", "<user>", "<unk>", "word");
        ModelConfig config = ModelConfig.llama(words.size(), 8, 1, 1, 1, 8, 16, 32);
        new NewPolicy(config, words, words.subList(0, 4), "<unk>", "<end>", "<pad>", "{{ messages }}", 0.1)
                .write(run.resolve(place(version)), 1);
        byte[] bytes = Files.readAllBytes(weights(version));
        bytes[bytes.length - 4] = (byte) version;
        Files.write(weights(version), bytes);
        Weights.Builder announced = Records.weights(version)
                .setUri(place(version))
                .setDigest(Sha256.of(weights(version)))
                .setBytes(bytes.length);
        if (version > 0) {
            DeltaSize size = DeltaFile.write(weights(version - 1), weights(version), delta(version))
                    .orElseThrow();
            announced.setDelta(new WeightsDelta(place(version) + ".delta", version - 1L, size.bytes(), size.digest()));
        }
        return announced.build();
    }
}
