package dev.longstream.producers.verdicts;

import dev.longstream.judging.JudgeClient;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.judging.Judgement;
import dev.longstream.judging.Rubric;
import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.producers.queue.Futures;
import dev.longstream.producers.queue.Lease;
import dev.longstream.producers.queue.Leases;
import dev.longstream.producers.queue.QueueReader;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Verdict;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Takes requests, asks the judge unless the log has the verdict, publishes verdicts. A request counts as done when its verdict is on the log; what is not
 * done when the worker stops is given back.
 */
public final class JudgeWorker extends ThreadRole {
    private static final Logger LOG = LoggerFactory.getLogger(JudgeWorker.class);
    private static final Duration IDLE_PATIENCE = Duration.ofMillis(200);
    private static final Duration BUSY_PATIENCE = Duration.ofMillis(1);
    private static final long WAIT_FOR_JUDGE_MS = 20;
    private static final int LEASES = 4;

    private final EventLog log;
    private final JudgeEndpoint endpoint;
    private final JudgeConfig config;
    private final Rubric rubric;
    private final InstantSource clock;
    private final Deque<TakenRequest> waiting = new ArrayDeque<>();
    private final BlockingQueue<Answered> answered = new LinkedBlockingQueue<>();
    /** Request keys with a verdict on the log, as far as it was read. */
    private final Set<String> known = new HashSet<>();

    private int underWay;

    /** A request and where it came from. */
    private record TakenRequest(JudgeRequest request, Leases.Taken taken) {}

    /** What came of asking. */
    private sealed interface Answered {}

    /** A judgement, or why this request will never have one. */
    private record JudgedRequest(TakenRequest question, Judgement judgement) implements Answered {}

    /** The judge refuses every request, so that the worker cannot go on. */
    private record RefusedRequest(Throwable cause) implements Answered {}

    public JudgeWorker(EventLog log, JudgeEndpoint endpoint, JudgeConfig config, Rubric rubric, InstantSource clock) {
        super("judge", "judge");
        this.log = log;
        this.endpoint = endpoint;
        this.config = config;
        this.rubric = rubric;
        this.clock = clock;
    }

    @Override
    protected void work() throws InterruptedException {
        String group = log.topics().name(name());
        Lease.configureQueue(log, group, Lease.LOCK);
        int parts = Math.min(LEASES, config.inFlight());
        try (JudgeClient judge = new JudgeClient(endpoint, config, rubric, clock, () -> ThreadLocalRandom.current()
                        .nextLong());
                KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                Leases leases = new Leases(
                        log, log.topics().judgeRequests().name(), group, config.inFlight(), parts, Lease.LOCK);
                TopicReader<Verdict> verdicts =
                        new TopicReader<>(log, log.topics().verdicts())) {
            QueueReader<JudgeRequest> requests = new QueueReader<>(log, name(), "a judge request", producer, clock);
            while (!stopping()) {
                boolean idle = underWay == 0 && waiting.isEmpty();
                for (Leases.Taken taken : leases.take(idle ? IDLE_PATIENCE : BUSY_PATIENCE)) {
                    requests.read(taken).ifPresent(request -> accept(request, taken, producer));
                }
                if (!waiting.isEmpty() && underWay < config.inFlight()) {
                    verdicts.readToEnd(record -> learn(record.value()));
                }
                while (!waiting.isEmpty() && underWay < config.inFlight()) {
                    askUnlessKnown(waiting.remove(), judge);
                }
                publish(producer);
            }
        }
    }

    private void accept(JudgeRequest request, Leases.Taken taken, KafkaProducer<String, SpecificRecord> producer) {
        TakenRequest question = new TakenRequest(request, taken);
        int deliveries = taken.record().deliveryCount().orElse((short) 1);
        String problem = problem(request, deliveries);
        if (problem == null) {
            waiting.add(question);
        } else {
            send(List.of(new JudgedRequest(question, new Judgement(null, problem, "", 0, 0, 0))), producer);
        }
    }

    /** Why this worker cannot ask, in words; null: it can. */
    private @Nullable String problem(JudgeRequest request, int deliveries) {
        if (deliveries >= Lease.DELIVERY_LIMIT) {
            return "delivered " + deliveries + " times and never finished";
        }
        if (!request.getJudge().equals(endpoint.model())) {
            return "asked of the judge " + request.getJudge() + ", this worker's is " + endpoint.model();
        }
        if (!request.getRubricDigest().equals(rubric.digest())) {
            return "asked under the rubric " + request.getRubricDigest() + ", this worker's is " + rubric.digest();
        }
        return null;
    }

    private void learn(Verdict verdict) {
        if (verdict.getScore() != null) {
            known.add(verdict.getKey());
        }
    }

    /** A verdict that is on the log reaches whoever asked from there: another worker gave it, or a replay took it over. */
    private void askUnlessKnown(TakenRequest question, JudgeClient judge) {
        if (known.contains(question.request().getKey())) {
            question.taken().lease().finish(question.taken().record().offset());
        } else {
            ask(question, judge);
        }
    }

    private void ask(TakenRequest question, JudgeClient judge) {
        JudgeRequest request = question.request();
        underWay++;
        judge.ask(request.getKey(), request.getQuestion(), request.getGolds(), request.getAnswer())
                .whenComplete((judgement, refusal) -> answered.add(
                        refusal == null ? new JudgedRequest(question, judgement) : new RefusedRequest(refusal)));
    }

    private void publish(KafkaProducer<String, SpecificRecord> producer) throws InterruptedException {
        if (underWay == 0) {
            return;
        }
        Answered first = answered.poll(WAIT_FOR_JUDGE_MS, TimeUnit.MILLISECONDS);
        if (first == null) {
            return;
        }
        List<Answered> done = new ArrayList<>(List.of(first));
        answered.drainTo(done);
        underWay -= done.size();
        List<JudgedRequest> judged = new ArrayList<>();
        for (Answered one : done) {
            if (one instanceof RefusedRequest refused) {
                throw new IllegalStateException(refused.cause().getMessage(), refused.cause());
            }
            judged.add((JudgedRequest) one);
        }
        send(judged, producer);
    }

    /** Puts verdicts on the log, then finishes their requests. */
    private void send(List<JudgedRequest> done, KafkaProducer<String, SpecificRecord> producer) {
        var sent = done.stream()
                .map(one -> verdict(one.question().request(), one.judgement()))
                .map(verdict -> producer.send(
                        new ProducerRecord<>(log.topics().verdicts().name(), verdict.getKey(), verdict)))
                .toList();
        producer.flush();
        sent.forEach(Futures::get);
        for (JudgedRequest one : done) {
            Leases.Taken taken = one.question().taken();
            taken.lease().finish(taken.record().offset());
        }
    }

    private Verdict verdict(JudgeRequest request, Judgement judgement) {
        return Verdict.newBuilder()
                .setKey(request.getKey())
                .setScore(judgement.score())
                .setFailure(judgement.failure())
                .setWords(judgement.words())
                .setJudge(request.getJudge())
                .setRubricDigest(request.getRubricDigest())
                .setInputTokens(judgement.inputTokens())
                .setOutputTokens(judgement.outputTokens())
                .setAttempts(judgement.attempts())
                .setAnsweredAt(clock.instant())
                .build();
    }
}
