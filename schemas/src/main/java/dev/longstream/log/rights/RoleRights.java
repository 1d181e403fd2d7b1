package dev.longstream.log.rights;

import dev.longstream.log.Topic;
import dev.longstream.log.Topics;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Table of the rights that each role of a run needs on the broker, and no more. A test runs every role with exactly these
 * rights.
 *
 * @param topics the run's topics
 * @param judged whether a judge is asked, about training answers or about held-out ones
 * @param pruned whether the trainer removes records that nothing needs any more
 * @param shadows the run's shadows
 */
public record RoleRights(Topics topics, boolean judged, boolean pruned, List<ShadowRights> shadows) {
    /** The role whose user publishes questions and creates topics. */
    public static final String PUBLISHER = "publisher";

    /** The schema registry. */
    public static final String REGISTRY = "registry";

    /** One user for a whole run in one process. */
    public static final String TRAIN = "train";

    /** The second opinions of a run, each a scoring stage with topics of its own. */
    public static final String SHADOWS = "shadows";

    /** Commands that only look at a run: status, dashboard, audit, inspect, topics, plot. */
    public static final String READER = "reader";

    /** Names of the roles: those of {@code longstream run}, then those of other commands. */
    public static final List<String> ROLES = List.of(
            REGISTRY,
            PUBLISHER,
            "curriculum",
            "rollouts",
            "scoring",
            "judge",
            "grouping",
            "batching",
            "trainer",
            "evaluation",
            SHADOWS,
            TRAIN,
            READER,
            "control",
            "difficulty",
            "prune",
            "put-back");

    private static final String SCHEMAS = "_schemas";

    /** Copies the list. */
    public RoleRights {
        shadows = List.copyOf(shadows);
    }

    /** Creates the table of a run without shadows. */
    public RoleRights(Topics topics, boolean judged, boolean pruned) {
        this(topics, judged, pruned, List.of());
    }

    /**
     * A shadow of the run.
     *
     * @param name name of the shadow
     * @param judged whether it asks a judge
     */
    public record ShadowRights(String name, boolean judged) {}

    /**
     * Returns the rights of a role, one for each resource.
     *
     * @throws IllegalArgumentException if there is no such role
     */
    public List<Right> of(String role) {
        Collected rights = new Collected();
        collect(role, rights);
        return rights.list();
    }

    /** Returns the topics of the catalogue that a role reads or writes, which must exist before it starts. */
    public List<String> topicsOf(String role) {
        return of(role).stream()
                .filter(right -> right.type() == ResourceType.TOPIC && right.pattern() == PatternType.LITERAL)
                .map(Right::name)
                .filter(name -> topics.named(name).isPresent())
                .toList();
    }

    private void collect(String role, Collected rights) {
        switch (role) {
            case REGISTRY ->
                rights.topic(
                                SCHEMAS,
                                AclOperation.CREATE,
                                AclOperation.READ,
                                AclOperation.WRITE,
                                AclOperation.DESCRIBE_CONFIGS)
                        .transactions(PatternType.LITERAL, "schema-registry");
            case PUBLISHER -> publisher(rights);
            case "curriculum" -> {
                stage(topics, "curriculum", rights)
                        .reads(
                                topics.prompts(),
                                topics.control(),
                                topics.rejectedGroups(),
                                topics.difficulty(),
                                topics.evaluations())
                        .writes(topics.assignments(), topics.control());
                watch(rights);
                failAbandonedAssignments(rights);
            }
            case "scoring" -> scoring(topics, judged, rights).writes(topics.difficulty());
            case "grouping" ->
                stage(topics, "grouping", rights)
                        .reads(topics.scored(), topics.control(), topics.groups(), topics.rejectedGroups())
                        .writes(topics.groups(), topics.rejectedGroups());
            case "batching" ->
                stage(topics, "batching", rights)
                        .reads(topics.groups(), topics.rejectedGroups(), topics.control(), topics.batches())
                        .writes(topics.batches());
            case "rollouts" ->
                rights.worker(topics.assignmentQueue().group())
                        .reads(
                                topics.assignments(),
                                topics.documents(),
                                topics.weights(),
                                topics.steps(),
                                topics.control())
                        .writes(topics.trajectories(), topics.deadLetters());
            case "judge" -> {
                judge(topics, rights).reads(topics.steps(), topics.control());
                shadows.stream()
                        .filter(ShadowRights::judged)
                        .forEach(shadow -> rights.worker(
                                topics.ofShadow(shadow.name()).promotedQueue().group()));
            }
            case "trainer" -> trainer(rights);
            case "evaluation" -> evaluation(rights);
            case SHADOWS -> shadows(rights);
            case TRAIN -> {
                List.of(
                                PUBLISHER,
                                "curriculum",
                                "rollouts",
                                "scoring",
                                "grouping",
                                "batching",
                                "trainer",
                                "evaluation",
                                SHADOWS)
                        .forEach(part -> collect(part, rights));
                if (judged) {
                    collect("judge", rights);
                }
            }
            case READER -> rights.prefix(topics.name(""), AclOperation.READ);
            case "control" -> rights.writes(topics.control());
            case "difficulty" ->
                rights.reads(topics.prompts(), topics.documents(), topics.difficulty())
                        .writes(topics.difficulty());
            case "prune" -> prune(rights);
            case "put-back" -> putBack(rights);
            default -> throw new IllegalArgumentException("no role '" + role + "'");
        }
    }

    private void publisher(Collected rights) {
        rights.prefix(topics.name(""), AclOperation.CREATE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
        rights.reads(topics.documents(), topics.prompts(), topics.demonstrations())
                .writes(topics.documents(), topics.prompts(), topics.demonstrations());
        rights.group(topics.assignmentQueue().group(), AclOperation.ALTER_CONFIGS);
        rights.group(topics.judgeQueue().group(), AclOperation.ALTER_CONFIGS);
        shadows.forEach(shadow -> topics.ofShadow(shadow.name())
                .queues()
                .forEach(queue -> rights.group(queue.group(), AclOperation.ALTER_CONFIGS)));
    }

    /** Adds a scoring stage: the run's or a shadow's. */
    private static Collected scoring(Topics topics, boolean judged, Collected rights) {
        stage(topics, "scoring", rights)
                .reads(topics.trajectories(), topics.control(), topics.scored())
                .writes(topics.scored());
        return judged ? rights.reads(topics.verdicts()).writes(topics.judgeRequests()) : rights;
    }

    private static Collected judge(Topics topics, Collected rights) {
        return rights.worker(topics.judgeQueue().group())
                .reads(topics.judgeRequests(), topics.verdicts())
                .writes(topics.verdicts(), topics.deadLetters());
    }

    /** Adds the stage of each shadow, its judge, and the scores of the run, which tell how far each shadow is. */
    private void shadows(Collected rights) {
        rights.reads(topics.scored(), topics.steps(), topics.control());
        for (ShadowRights shadow : shadows) {
            Topics own = topics.ofShadow(shadow.name());
            scoring(own, shadow.judged(), rights);
            if (shadow.judged()) {
                judge(own, rights);
            }
        }
    }

    private void trainer(Collected rights) {
        rights.group(topics.name("trainer"), AclOperation.READ)
                .transactions(PatternType.LITERAL, topics.name("trainer"))
                .reads(
                        topics.prompts(),
                        topics.documents(),
                        topics.demonstrations(),
                        topics.control(),
                        topics.difficulty(),
                        topics.evaluations(),
                        topics.weights(),
                        topics.steps(),
                        topics.batches(),
                        topics.groups(),
                        topics.trajectories())
                .writes(
                        topics.control(),
                        topics.evaluations(),
                        topics.heldOutAnswers(),
                        topics.steps(),
                        topics.weights());
        askAboutHeldOut(rights);
        if (pruned) {
            prune(rights);
        }
    }

    /** Adds the verdicts on held-out answers, which an evaluation asks for itself. */
    private void askAboutHeldOut(Collected rights) {
        if (judged) {
            rights.reads(topics.verdicts()).writes(topics.verdicts());
        }
    }

    /** Adds what evaluations, the measurement of difficulties and the report need; the report tells the size of every topic. */
    private void evaluation(Collected rights) {
        rights.group(topics.name("evaluation"), AclOperation.READ)
                .prefix(topics.name(""), AclOperation.READ)
                .writes(topics.evaluations(), topics.heldOutAnswers(), topics.difficulty());
        askAboutHeldOut(rights);
    }

    /** Adds what the watch needs to fail the assignments that no worker will answer. */
    private void failAbandonedAssignments(Collected rights) {
        rights.group(topics.assignmentQueue().group(), AclOperation.DESCRIBE).writes(topics.trajectories());
    }

    /** Adds the removal of records; it reads the offsets of the stages and leaves what one of them has not read yet. */
    private void prune(Collected rights) {
        List.of("curriculum", "scoring", "grouping", "batching")
                .forEach(stage -> rights.group(topics.name(stage), AclOperation.DESCRIBE));
        rights.reads(topics.control(), topics.steps()).writes(topics.control());
        for (Topic<?> topic : List.of(
                topics.assignments(),
                topics.trajectories(),
                topics.judgeRequests(),
                topics.scored(),
                topics.groups(),
                topics.rejectedGroups(),
                topics.batches())) {
            rights.reads(topic).topic(topic.name(), AclOperation.DELETE);
        }
        for (ShadowRights shadow : shadows) {
            Topics own = topics.ofShadow(shadow.name());
            rights.reads(own.scored(), own.judgeRequests(), own.verdicts())
                    .topic(own.scored().name(), AclOperation.DELETE)
                    .topic(own.judgeRequests().name(), AclOperation.DELETE);
        }
    }

    /** Adds the return of a refused record to the topic that it came from, in one transaction with a note of it. */
    private void putBack(Collected rights) {
        rights.transactions(PatternType.LITERAL, topics.name("put-back"))
                .prefix(topics.name(""), AclOperation.READ, AclOperation.WRITE);
    }

    /**
     * Adds what every stage needs: its group, its transactions, its internal topics, and the steps, which tell where the run ends.
     * It deletes its offsets and internal topics to make lost state again.
     */
    private static Collected stage(Topics topics, String stage, Collected rights) {
        String internal = topics.application(stage) + "-";
        return rights.group(topics.application(stage), AclOperation.READ, AclOperation.DELETE)
                .transactions(PatternType.PREFIXED, internal)
                .prefix(
                        internal,
                        AclOperation.CREATE,
                        AclOperation.READ,
                        AclOperation.WRITE,
                        AclOperation.DELETE,
                        AclOperation.DESCRIBE_CONFIGS)
                .reads(topics.steps())
                .writes(topics.deadLetters());
    }

    /** Adds what the watch over a run on a cluster reads to say what stands still. */
    private void watch(Collected rights) {
        rights.prefix(topics.name(""), AclOperation.DESCRIBE)
                .reads(
                        topics.assignments(),
                        topics.trajectories(),
                        topics.scored(),
                        topics.groups(),
                        topics.batches(),
                        topics.deadLetters());
    }

    /** Rights under construction; those on one resource become one. */
    private static final class Collected {
        private record Resource(ResourceType type, PatternType pattern, String name) {}

        private final Map<Resource, EnumSet<AclOperation>> found = new LinkedHashMap<>();

        private Collected add(ResourceType type, PatternType pattern, String name, AclOperation... operations) {
            found.computeIfAbsent(new Resource(type, pattern, name), resource -> EnumSet.noneOf(AclOperation.class))
                    .addAll(Arrays.asList(operations));
            return this;
        }

        Collected topic(String name, AclOperation... operations) {
            return add(ResourceType.TOPIC, PatternType.LITERAL, name, operations);
        }

        Collected prefix(String name, AclOperation... operations) {
            return add(ResourceType.TOPIC, PatternType.PREFIXED, name, operations);
        }

        Collected group(String name, AclOperation... operations) {
            return add(ResourceType.GROUP, PatternType.LITERAL, name, operations);
        }

        /** A worker joins its share group and checks how it is configured. */
        Collected worker(String group) {
            return group(group, AclOperation.READ, AclOperation.DESCRIBE_CONFIGS);
        }

        Collected transactions(PatternType pattern, String name) {
            return add(ResourceType.TRANSACTIONAL_ID, pattern, name, AclOperation.WRITE);
        }

        Collected reads(Topic<?>... topics) {
            Arrays.stream(topics).forEach(topic -> topic(topic.name(), AclOperation.READ));
            return this;
        }

        Collected writes(Topic<?>... topics) {
            Arrays.stream(topics).forEach(topic -> topic(topic.name(), AclOperation.WRITE));
            return this;
        }

        List<Right> list() {
            List<Right> rights = new ArrayList<>();
            found.forEach((resource, operations) -> {
                if (operations.contains(AclOperation.ALTER_CONFIGS)) {
                    operations.remove(AclOperation.DESCRIBE_CONFIGS);
                }
                rights.add(new Right(resource.type(), resource.pattern(), resource.name(), operations));
            });
            return rights;
        }
    }
}
