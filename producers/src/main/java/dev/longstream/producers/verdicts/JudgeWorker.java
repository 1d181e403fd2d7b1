package dev.longstream.producers.verdicts;

import dev.longstream.judging.JudgeClient;
import dev.longstream.judging.JudgeConfig;
import dev.longstream.judging.JudgeEndpoint;
import dev.longstream.judging.Judgement;
import dev.longstream.judging.Rubric;
import dev.longstream.log.EventLog;
import dev.longstream.log.ThreadRole;
import dev.longstream.log.TopicReader;
import dev.longstream.log.WorkQueue;
import dev.longstream.producers.queue.Leases;
import dev.longstream.producers.queue.QueueReader;
import dev.longstream.producers.queue.Sending;
import dev.longstream.record.JudgeRequest;
import dev.longstream.record.Verdict;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Sends judge requests to the judge, unless their verdict is on the log, and publishes the verdicts. A request is
 * acknowledged when its verdict is on the log; unfinished requests are released when the worker stops.
 */
public final class JudgeWorker extends ThreadRole {
    private static final Duration IDLE_PATIENCE = Duration.ofMillis(200);
    private static final Duration BUSY_PATIENCE = Duration.ofMillis(1);
    private static final long WAIT_FOR_JUDGE_MS = 20;
    private static final int LEASES = 4;

    private final EventLog log;
    private final JudgeEndpoint endpoint;
    private final JudgeConfig config;
    private final Rubric rubric;
    private final InstantSource clock;
    private final JudgeListener listener;
    private final Deque<TakenRequest> waiting = new ArrayDeque<>();
    private BlockingQueue<Answered> answered = new LinkedBlockingQueue<>();
    /** Keys of requests whose verdict is on the log, as far as the topic was read. */
    private final DigestSet known = new DigestSet();

    private WorkQueue queue;
    private Predicate<JudgeRequest> ofOthers = request -> false;
    private int underWay;

    /** A request and the queue record that carried it. */
    private record TakenRequest(JudgeRequest request, Leases.Taken taken) {}

    /** Outcome of one request to the judge. */
    private sealed interface Answered {}

    /** A judgement, which may state why this request will never have a verdict. */
    private record JudgedRequest(TakenRequest request, Judgement judgement) implements Answered {}

    /** An exception with which the judge refuses every request, so that the worker cannot continue. */
    private record RefusedRequest(Throwable cause) implements Answered {}

    /**
     * Creates a worker; {@code start} runs it.
     *
     * @param listener hears of the judge's replies
     */
    public JudgeWorker(
            EventLog log,
            JudgeEndpoint endpoint,
            JudgeConfig config,
            Rubric rubric,
            InstantSource clock,
            JudgeListener listener) {
        super("judge", "judge");
        this.log = log;
        this.endpoint = endpoint;
        this.config = config;
        this.rubric = rubric;
        this.clock = clock;
        this.listener = listener;
        this.queue = log.topics().judgeQueue();
    }

    /**
     * Lets several judges share the requests of a run. Call it before the worker starts.
     *
     * @param own queue of this judge's workers, through which they read all requests
     * @param others whether a request is for another judge; such a request is left to that judge's workers
     */
    public JudgeWorker sharing(WorkQueue own, Predicate<JudgeRequest> others) {
        queue = own;
        ofOthers = others;
        return this;
    }

    @Override
    protected void work() throws InterruptedException {
        forgetUnfinished();
        int parts = Math.min(LEASES, config.inFlight());
        try (JudgeClient judge = new JudgeClient(endpoint, config, rubric);
                KafkaProducer<String, SpecificRecord> producer = log.producer(Map.of());
                Leases leases = new Leases(log, queue, config.inFlight(), parts);
                TopicReader<Verdict> verdicts =
                        new TopicReader<>(log, log.topics().verdicts())) {
            QueueReader<JudgeRequest> requests =
                    new QueueReader<>(log, log.topics().judgeRequests(), name(), producer, clock);
            while (!stopping()) {
                boolean idle = underWay == 0 && waiting.isEmpty();
                for (Leases.Taken taken : leases.take(idle ? IDLE_PATIENCE : BUSY_PATIENCE)) {
                    requests.read(taken).ifPresent(request -> accept(request, taken, producer));
                }
                if (!waiting.isEmpty() && underWay < config.inFlight()) {
                    verdicts.readToEnd(record -> learn(record.value()));
                }
                while (!waiting.isEmpty() && underWay < config.inFlight()) {
                    judgeUnlessKnown(waiting.remove(), judge);
                }
                listener.onInFlight(underWay);
                publish(producer);
            }
        }
    }

    /** Drops the requests of an earlier attempt: their locks ended with it, and the queue delivers them again. */
    private void forgetUnfinished() {
        waiting.clear();
        answered = new LinkedBlockingQueue<>(); // late answers of that attempt still go to the old one
        underWay = 0;
    }

    private void accept(JudgeRequest request, Leases.Taken taken, KafkaProducer<String, SpecificRecord> producer) {
        if (ofOthers.test(request)) {
            taken.lease().finish(taken.record().offset());
            return;
        }
        TakenRequest takenRequest = new TakenRequest(request, taken);
        int deliveries = taken.record().deliveryCount().orElse((short) 1);
        String problem = problem(request, deliveries);
        if (problem == null) {
            waiting.add(takenRequest);
        } else {
            send(List.of(new JudgedRequest(takenRequest, new Judgement(null, problem, "", 0, 0, 0, 0))), producer);
        }
    }

    /** Returns why this worker cannot answer the request; null if it can. */
    private @Nullable String problem(JudgeRequest request, int deliveries) {
        if (deliveries >= WorkQueue.DELIVERY_LIMIT) {
            return "delivered " + deliveries + " times, which is the limit, and never finished";
        }
        if (!request.getJudge().equals(endpoint.model())) {
            return "the request names the judge " + request.getJudge() + ", this worker uses " + endpoint.model();
        }
        if (!request.getRubricDigest().equals(rubric.digest())) {
            return "the request names the rubric " + request.getRubricDigest() + ", this worker uses "
                    + rubric.digest();
        }
        return null;
    }

    private void learn(Verdict verdict) {
        if (verdict.getScore() != null) {
            known.add(verdict.getKey());
        }
    }

    /**
     * Sends a request to the judge unless its verdict is on the log. In that case scoring reads it from there: another
     * worker published it, or a replay copied it.
     */
    private void judgeUnlessKnown(TakenRequest pending, JudgeClient judge) {
        if (known.contains(pending.request().getKey())) {
            pending.taken().lease().finish(pending.taken().record().offset());
            listener.onKnown();
        } else {
            send(pending, judge);
        }
    }

    private void send(TakenRequest pending, JudgeClient judge) {
        JudgeRequest request = pending.request();
        BlockingQueue<Answered> answers = answered;
        underWay++;
        CompletableFuture<Judgement> unused = judge.ask(
                        request.getKey(), request.getQuestion(), request.getGolds(), request.getAnswer())
                .whenComplete((judgement, refusal) -> answers.add(
                        refusal == null ? new JudgedRequest(pending, judgement) : new RefusedRequest(refusal)));
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
        for (Answered answer : done) {
            if (answer instanceof RefusedRequest refused) {
                throw new IllegalStateException(refused.cause().getMessage(), refused.cause());
            }
            judged.add((JudgedRequest) answer);
        }
        send(judged, producer);
    }

    /** Publishes verdicts, then acknowledges their requests. */
    private void send(List<JudgedRequest> done, KafkaProducer<String, SpecificRecord> producer) {
        List<Verdict> verdicts = done.stream()
                .map(answer -> verdict(answer.request().request(), answer.judgement()))
                .toList();
        Sending.all(producer, log.topics().verdicts(), verdicts, Verdict::getKey);
        for (JudgedRequest answer : done) {
            Leases.Taken taken = answer.request().taken();
            taken.lease().finish(taken.record().offset());
        }
        verdicts.forEach(listener::onVerdict);
    }

    private Verdict verdict(JudgeRequest request, Judgement judgement) {
        return judgement.toVerdict(request.getKey(), request.getJudge(), request.getRubricDigest(), clock.instant());
    }
}
