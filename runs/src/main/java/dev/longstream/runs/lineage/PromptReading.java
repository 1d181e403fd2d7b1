package dev.longstream.runs.lineage;

import dev.longstream.log.Topics;
import dev.longstream.record.Document;
import dev.longstream.record.Prompt;
import dev.longstream.record.Question;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Reads prompts and documents from the log of one run; a fork and a replay have all of theirs. */
final class PromptReading {
    private final Topics topics;
    private final RecordSearch search;
    private final Map<String, TracedDocument> documents = new HashMap<>();

    PromptReading(RunGeneration run) {
        this.topics = run.topics();
        this.search = run.search();
    }

    /** Returns the prompts with these ids that are on the log, by id, in the order of {@code ids}. */
    Map<String, TracedPrompt> prompts(Collection<String> ids) {
        Set<String> wanted = new HashSet<>(ids);
        Map<String, FoundRecord<Prompt>> found = new LinkedHashMap<>();
        if (!wanted.isEmpty()) {
            search.all(topics.prompts(), wanted::contains, prompt -> {
                found.put(prompt.key(), prompt); // the first record of a prompt counts
                wanted.remove(prompt.key());
                return !wanted.isEmpty();
            });
        }
        readDocuments(found.values());
        Map<String, TracedPrompt> prompts = new LinkedHashMap<>();
        for (String id : ids) {
            FoundRecord<Prompt> prompt = found.get(id);
            if (prompt != null) {
                prompts.put(id, describe(prompt));
            }
        }
        return prompts;
    }

    private TracedPrompt describe(FoundRecord<Prompt> found) {
        Prompt prompt = found.value();
        Question question = prompt.getQuestion();
        return new TracedPrompt(
                question.getPromptId(),
                TracedPlace.of(topics.prompts(), found.place()),
                prompt.getSplit(),
                prompt.getSource(),
                question.getQuestion(),
                question.getGolds(),
                question.getInputTokens(),
                prompt.getDocuments().stream().map(this::known).toList(),
                prompt.getAttributes());
    }

    private TracedDocument known(String digest) {
        return Objects.requireNonNullElseGet(documents.get(digest), () -> TracedDocument.unknown(digest));
    }

    /** Reads the documents of prompts, backwards from the newest of these: a prompt is published just after its documents. */
    private void readDocuments(Collection<FoundRecord<Prompt>> prompts) {
        Set<String> wanted = new HashSet<>();
        prompts.forEach(prompt -> wanted.addAll(prompt.value().getDocuments()));
        wanted.removeAll(documents.keySet());
        long published =
                prompts.stream().mapToLong(FoundRecord::timestamp).max().orElse(0);
        if (!wanted.isEmpty()) {
            search.backFrom(published, topics.documents(), wanted::contains, document -> {
                wanted.remove(document.key());
                documents.put(document.key(), describeDocument(document));
                return !wanted.isEmpty();
            });
        }
    }

    private TracedDocument describeDocument(FoundRecord<Document> document) {
        return TracedDocument.of(topics.documents(), document);
    }

    /** Returns the prompts that refer to a document, in the order of publication. */
    List<DocumentLineage.PromptUse> uses(String digest) {
        List<DocumentLineage.PromptUse> uses = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        search.all(topics.prompts(), any -> true, prompt -> {
            int position = prompt.value().getDocuments().indexOf(digest);
            if (seen.add(prompt.key()) && position >= 0) {
                uses.add(new DocumentLineage.PromptUse(
                        prompt.key(),
                        TracedPlace.of(topics.prompts(), prompt.place()),
                        prompt.value().getSplit(),
                        position));
            }
            return true;
        });
        return uses;
    }

    /** Returns a document by its digest; without a place if it is not on the log. */
    TracedDocument document(String digest) {
        if (!documents.containsKey(digest)) {
            search.all(topics.documents(), digest::equals, document -> {
                documents.put(digest, describeDocument(document));
                return false;
            });
        }
        return known(digest);
    }
}
