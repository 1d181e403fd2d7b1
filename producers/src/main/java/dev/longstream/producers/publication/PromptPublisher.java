package dev.longstream.producers.publication;

import dev.longstream.log.EventLog;
import dev.longstream.log.LogException;
import dev.longstream.log.Topic;
import dev.longstream.log.TopicReader;
import dev.longstream.log.Topics;
import dev.longstream.producers.rendering.PromptRenderer;
import dev.longstream.questions.DocumentText;
import dev.longstream.questions.ImportedPrompt;
import dev.longstream.questions.WrittenDemonstration;
import dev.longstream.record.Demonstration;
import dev.longstream.record.Document;
import dev.longstream.record.Prompt;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Publishes prompts, their documents and demonstrations; skips what is already on the log. */
public final class PromptPublisher implements AutoCloseable {
    private static final int PROMPTS_PER_FLUSH = 256;

    private final Topics topics;
    private final PromptRenderer renderer;
    private final InputLimit limit;
    private final Path outside;
    private final KafkaProducer<String, SpecificRecord> producer;
    private final Map<String, Integer> promptTokens = new HashMap<>();
    private final Set<String> documents = new HashSet<>();
    private final Set<String> demonstrations = new HashSet<>();
    private final List<Prompt> waiting = new ArrayList<>();
    private volatile @Nullable LogException lost;

    /**
     * Creates a publisher and reads which prompts, documents and demonstrations are on the log already.
     *
     * @param limit limit on a prompt's length; longer prompts are refused
     * @param outside folder for documents that are too large for a record, directly below the run's folder
     */
    public PromptPublisher(EventLog log, PromptRenderer renderer, InputLimit limit, Path outside) {
        this.topics = log.topics();
        this.renderer = renderer;
        this.limit = limit;
        this.outside = outside;
        this.producer = log.producer(Map.of("linger.ms", 20));
        TopicReader.readAll(
                log,
                topics.prompts(),
                record -> promptTokens.put(
                        record.key(), record.value().getQuestion().getInputTokens()));
        TopicReader.readAll(log, topics.documents(), record -> documents.add(record.key()));
        TopicReader.readAll(log, topics.demonstrations(), record -> demonstrations.add(record.key()));
    }

    /**
     * Publishes prompts and their documents; returns what was published, skipped and refused.
     *
     * @param split {@code train} or {@code held-out}
     */
    public PublishedPrompts publish(Stream<ImportedPrompt> prompts, String split) {
        int published = 0;
        int alreadyThere = 0;
        int longest = 0;
        int tooLong = 0;
        List<String> refused = new ArrayList<>();
        for (Iterator<ImportedPrompt> each = prompts.iterator(); each.hasNext(); ) {
            ImportedPrompt prompt = each.next();
            Integer known = promptTokens.get(prompt.id());
            if (known != null) {
                alreadyThere++;
                longest = Math.max(longest, known);
                continue;
            }
            int tokens = renderer.render(prompt.question(), prompt.kind(), prompt.documents()).length;
            Optional<String> refusal = limit.refusal(tokens, split);
            if (refusal.isPresent()) {
                refused.add(prompt.source() + ": prompt " + prompt.id() + " " + refusal.get());
                tooLong++;
                continue;
            }
            waiting.add(promptWithDocuments(prompt, split, tokens));
            if (waiting.size() == PROMPTS_PER_FLUSH) {
                publishWaiting();
            }
            published++;
            longest = Math.max(longest, tokens);
        }
        publishWaiting();
        return new PublishedPrompts(published, alreadyThere, refused, tooLong, longest);
    }

    /** Writes the waiting prompts after their documents, so that a crash leaves no prompt without its documents. */
    private void publishWaiting() {
        flush();
        waiting.forEach(prompt -> send(topics.prompts(), prompt.getQuestion().getPromptId(), prompt));
        waiting.clear();
        flush();
    }

    /** Publishes the documents of a prompt and returns the prompt's record. */
    private Prompt promptWithDocuments(ImportedPrompt prompt, String split, int tokens) {
        promptTokens.put(prompt.id(), tokens);
        return Prompt.newBuilder()
                .setQuestion(prompt.toQuestion(tokens, renderer.contentTokens(prompt.question(), prompt.documents())))
                .setDocuments(prompt.documents().stream().map(this::publish).toList())
                .setSplit(split)
                .setSource(prompt.source())
                .setAttributes(prompt.attributes())
                .build();
    }

    private String publish(DocumentText document) {
        String digest = document.digest();
        if (documents.add(digest)) {
            byte[] text = document.text().getBytes(StandardCharsets.UTF_8);
            boolean inline = text.length <= Topics.INLINE_LIMIT_BYTES;
            Document record = Document.newBuilder()
                    .setDigest(digest)
                    .setTitle(document.title())
                    .setText(inline ? document.text() : null)
                    .setUri(inline ? null : writeOutside(digest, text))
                    .setBytes(text.length)
                    .build();
            send(topics.documents(), digest, record);
        }
        return digest;
    }

    private String writeOutside(String digest, byte[] text) {
        Path file = outside.resolve(digest + ".txt");
        try {
            Files.createDirectories(outside);
            Files.write(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "A document of " + text.length + " bytes cannot be written to " + file
                            + "; check the folder's permissions and free space",
                    e);
        }
        return outside.getFileName() + "/" + file.getFileName(); // relative to the run's folder, which may be moved
    }

    /**
     * Publishes a correct answer to a prompt, for the warm-up. Returns whether the prompt had no demonstration before.
     *
     * @param answer ends with the policy's stop token
     */
    public boolean publishDemonstration(ImportedPrompt prompt, String answer) {
        if (!demonstrations.add(prompt.id())) {
            return false;
        }
        int[] tokens = renderer.render(prompt.question(), prompt.kind(), prompt.documents());
        send(prompt.id(), tokens, answer, prompt.source());
        return true;
    }

    /**
     * Publishes demonstrations that people wrote, under the ids of their sources.
     *
     * @param stop the policy's stop token, which ends an answer
     * @return one line for each demonstration that was refused for its length
     */
    public List<String> publishDemonstrations(List<WrittenDemonstration> written, String stop) {
        List<String> refused = new ArrayList<>();
        for (WrittenDemonstration demonstration : written) {
            String id = demonstration.source();
            int[] tokens = renderer.render(demonstration.prompt());
            if (tokens.length > limit.maxTokens()) {
                refused.add(id + ": the demonstration's prompt has " + tokens.length + " tokens, the limit is "
                        + limit.maxTokens());
            } else if (demonstrations.add(id)) {
                send(id, tokens, demonstration.answer() + stop, id);
            }
        }
        flush();
        return List.copyOf(refused);
    }

    private void send(String id, int[] prompt, String answer, String source) {
        Demonstration record = Demonstration.newBuilder()
                .setPromptId(id)
                .setPromptTokens(Arrays.stream(prompt).boxed().toList())
                .setAnswerTokens(Arrays.stream(renderer.encode(answer)).boxed().toList())
                .setSource(source)
                .build();
        send(topics.demonstrations(), id, record);
    }

    private <V extends SpecificRecord> void send(Topic<V> topic, String key, V record) {
        ProducerRecord<String, SpecificRecord> message = new ProducerRecord<>(topic.name(), key, record);
        Future<RecordMetadata> unused = producer.send(message, (metadata, failure) -> {
            if (failure != null && lost == null) {
                lost = LogException.notWritten(topic, key, failure);
            }
        });
    }

    /** Waits until every record sent so far is on the log. */
    private void flush() {
        producer.flush();
        LogException failure = lost;
        if (failure != null) {
            throw failure;
        }
    }

    /** Waits until every record is on the log and throws if one was lost. */
    @Override
    public void close() {
        try (producer) {
            if (lost == null) {
                flush();
            }
        }
    }
}
