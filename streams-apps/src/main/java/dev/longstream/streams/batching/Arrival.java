package dev.longstream.streams.batching;

import dev.longstream.files.StateFormat;
import dev.longstream.record.BatchGroup;
import dev.longstream.record.Group;
import dev.longstream.record.GroupMember;
import dev.longstream.record.GroupVerdict;
import dev.longstream.record.RecordRef;
import dev.longstream.streams.advantage.GroupMoments;
import dev.longstream.streams.advantage.Moments;
import dev.longstream.streams.advantage.OverlongPenalty;
import dev.longstream.streams.topology.Located;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A group as batching stores it: position, sizes and moments, without its members.
 *
 * @param ordinal ordinal of its assignment
 * @param trainable false: the group was rejected and only takes its place in the order
 * @param groupId id of its assignment
 * @param place partition and offset of the group's record in its topic
 * @param phase name of the phase
 * @param phaseIndex index of the phase
 * @param inputTokens P, tokens of the prompt
 * @param completionTokens tokens of all answers together
 * @param moments moments of its rewards, for advantages that are scaled over the batch
 */
record Arrival(
        long ordinal,
        boolean trainable,
        String groupId,
        RecordRef place,
        String phase,
        int phaseIndex,
        int inputTokens,
        long completionTokens,
        GroupMoments moments) {
    /** Version of the bytes; release 0.1.0 wrote 2, and no release wrote 1. */
    private static final int FORMAT = 2;

    static Arrival of(Located<Group> located) {
        return of(located.value(), new RecordRef(located.partition(), located.offset()));
    }

    static Arrival of(Group group, RecordRef place) {
        return new Arrival(
                group.getOrdinal(),
                group.getVerdict() == GroupVerdict.TRAINABLE,
                group.getGroupId(),
                place,
                group.getPhase(),
                group.getPhaseIndex(),
                group.getInputTokens(),
                group.getMembers().stream()
                        .mapToLong(GroupMember::getCompletionTokens)
                        .sum(),
                moments(group));
    }

    private static GroupMoments moments(Group group) {
        List<GroupMember> members = group.getMembers();
        return GroupMoments.of(
                group.getTask(),
                members.stream()
                        .map(member -> OverlongPenalty.shaped(member.getReward(), member.getLengthPenalty()))
                        .toList(),
                members.stream().map(GroupMember::getAdvantage).toList(),
                members.stream().map(GroupMember::getCompletionTokens).toList());
    }

    BatchGroup inBatch() {
        return BatchGroup.newBuilder()
                .setGroupId(groupId)
                .setOrdinal(ordinal)
                .setGroup(place)
                .setPhaseIndex(phaseIndex)
                .setInputTokens(inputTokens)
                .setCompletionTokens(completionTokens)
                .build();
    }

    static Serde<Arrival> serde() {
        return Serdes.serdeFrom((topic, arrival) -> toBytes(arrival), (topic, bytes) -> fromBytes(bytes));
    }

    private static byte @Nullable [] toBytes(@Nullable Arrival arrival) {
        if (arrival == null) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeLong(arrival.ordinal);
            out.writeBoolean(arrival.trainable);
            out.writeUTF(arrival.groupId);
            out.writeInt(arrival.place.getPartition());
            out.writeLong(arrival.place.getOffset());
            out.writeUTF(arrival.phase);
            out.writeInt(arrival.phaseIndex);
            out.writeInt(arrival.inputTokens);
            out.writeLong(arrival.completionTokens);
            out.writeUTF(arrival.moments.task());
            write(out, arrival.moments.rewards());
            write(out, arrival.moments.centred());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Group " + arrival.groupId + " cannot be written to the store of batching", e);
        }
        return bytes.toByteArray();
    }

    private static @Nullable Arrival fromBytes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            StateFormat.problem("A group in the store " + WaitingGroups.WAITING + " of batching", format, FORMAT)
                    .ifPresent(problem -> {
                        throw new IllegalStateException(problem);
                    });
            return new Arrival(
                    in.readLong(),
                    in.readBoolean(),
                    in.readUTF(),
                    new RecordRef(in.readInt(), in.readLong()),
                    in.readUTF(),
                    in.readInt(),
                    in.readInt(),
                    in.readLong(),
                    new GroupMoments(in.readUTF(), moments(in), moments(in)));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "A group in the store " + WaitingGroups.WAITING + " of batching is damaged", e);
        }
    }

    private static void write(DataOutputStream out, Moments moments) throws IOException {
        out.writeDouble(moments.weight());
        out.writeDouble(moments.mean());
        out.writeDouble(moments.squares());
    }

    private static Moments moments(DataInputStream in) throws IOException {
        return new Moments(in.readDouble(), in.readDouble(), in.readDouble());
    }
}
