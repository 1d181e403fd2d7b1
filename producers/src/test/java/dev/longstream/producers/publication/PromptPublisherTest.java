package dev.longstream.producers.publication;

import dev.longstream.log.EventLog;
import dev.longstream.log.Topics;
import dev.longstream.policy.folder.PolicyFolder;
import dev.longstream.producers.WordPolicy;
import dev.longstream.producers.following.RunFolderFiles;
import dev.longstream.producers.rendering.PromptForm;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.producers.rendering.PromptStyle;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.record.AnswerKind;
import dev.longstream.record.Document;
import dev.longstream.testing.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static dev.longstream.testing.TestBroker.values;
import static org.assertj.core.api.Assertions.assertThat;

/** Publishes prompts and their documents on a real broker. */
@Timeout(120)
class PromptPublisherTest {
    @RegisterExtension
    static final TestBroker BROKER = new TestBroker();

    @Test
    void shouldPublishAPromptOnceAndLargeDocumentsOutsideTheLog(@TempDir Path folder) {
        EventLog log = BROKER.newRun("published", 1);
        String large = "word0 ".repeat(Topics.INLINE_LIMIT_BYTES / 6 + 1);
        DocumentText kept = new DocumentText("", "word1 word2");
        WordPolicy.write(folder.resolve("model"));
        try (PolicyFolder opened = PolicyFolder.open(folder.resolve("model"));
                PromptRenderer renderer = new PromptRenderer(opened, PromptForm.of(PromptStyle.PLAIN))) {
            for (int time = 0; time < 2; time++) {
                try (PromptPublisher publisher = new PromptPublisher(
                        log,
                        renderer,
                        new InputLimit(10_000_000, Integer.MAX_VALUE, Map.of()),
                        folder.resolve("documents"))) {
                    PublishedPrompts published = publisher.publish(
                            Stream.of(
                                    imported("small", List.of(kept)),
                                    imported("large", List.of(kept, new DocumentText("", large)))),
                            "train");
                    assertThat(published.published()).isEqualTo(time == 0 ? 2 : 0);
                    assertThat(published.alreadyThere()).isEqualTo(time == 0 ? 0 : 2);
                }
            }
        }
        assertThat(values(log, log.topics().prompts()))
                .extracting(prompt -> prompt.getQuestion().getPromptId())
                .containsExactly("small", "large");
        List<Document> documents = values(log, log.topics().documents());
        assertThat(documents).hasSize(2);
        assertThat(documents.get(0).getText()).isEqualTo("word1 word2");
        assertThat(documents.get(1).getText()).isNull();
        assertThat(documents.get(1).getUri())
                .isEqualTo("documents/" + documents.get(1).getDigest() + ".txt");
        try (dev.longstream.producers.following.Documents texts =
                new dev.longstream.producers.following.Documents(log, new RunFolderFiles(folder, log.topics()), 0)) {
            assertThat(texts.get(documents.get(1).getDigest()).text()).isEqualTo(large);
            assertThat(texts.get(documents.get(0).getDigest()).text()).isEqualTo("word1 word2");
        }
    }

    private static ImportedPrompt imported(String id, List<DocumentText> documents) {
        return new ImportedPrompt(
                id,
                "made-up",
                AnswerKind.SHORT_ANSWER,
                "word1 word2",
                List.of("word3"),
                Map.of(),
                documents,
                Map.of(),
                "test");
    }
}
