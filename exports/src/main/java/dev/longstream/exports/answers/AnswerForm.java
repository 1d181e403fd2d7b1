package dev.longstream.exports.answers;

import dev.longstream.exports.tables.RowFormat;
import dev.longstream.questions.Turn;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;

import java.util.ArrayList;
import java.util.List;

/**
 * Format of a file for another trainer. All of them are conversations, to which the trainer applies the chat template of the model
 * that it trains. Further columns name the group of an answer in the log, and its reward; the trainers ignore them.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is a copy, and nobody changes the schema
public enum AnswerForm {
    /** TRL's {@code SFTTrainer}: {@code prompt} and {@code completion}. */
    TRL_SFT(RowFormat.JSONL, "prompt", "completion"),
    /** TRL's {@code DPOTrainer} and {@code RewardTrainer}: {@code prompt}, {@code chosen} and {@code rejected}. */
    TRL_PREFERENCE(RowFormat.JSONL, "prompt", "chosen", "rejected"),
    /** verl's {@code MultiTurnSFTDataset}: {@code messages}, as Parquet. */
    VERL_SFT(RowFormat.PARQUET, "messages"),
    /** OpenRLHF's {@code train_sft}: {@code input} and {@code output}. */
    OPENRLHF_SFT(RowFormat.JSONL, "input", "output"),
    /** OpenRLHF's {@code train_rm} and {@code train_dpo}: {@code prompt}, {@code chosen} and {@code rejected}. */
    OPENRLHF_PREFERENCE(RowFormat.JSONL, "prompt", "chosen", "rejected");

    private static final int COLUMNS_OF_A_PREFERENCE = 3;

    private final RowFormat format;
    private final List<String> conversations;
    private final Schema schema;

    AnswerForm(RowFormat format, String... conversations) {
        this.format = format;
        this.conversations = List.of(conversations);
        this.schema = schema(this.conversations);
    }

    private static Schema schema(List<String> conversations) {
        SchemaBuilder.FieldAssembler<Schema> fields =
                SchemaBuilder.record("Example").fields();
        for (String name : conversations) {
            fields = fields.name(name).type(Schema.createArray(TurnSchema.TURN)).noDefault();
        }
        fields = fields.requiredString("groupId");
        return isPreference(conversations)
                ? fields.requiredInt("chosenSample")
                        .requiredInt("rejectedSample")
                        .requiredDouble("chosenReward")
                        .requiredDouble("rejectedReward")
                        .endRecord()
                : fields.requiredInt("sample").requiredDouble("reward").endRecord();
    }

    /** Schema of a message; a class of its own, because an enum's constants come before its constants of other types. */
    private static final class TurnSchema {
        static final Schema TURN = SchemaBuilder.record("Turn")
                .fields()
                .requiredString("role")
                .requiredString("content")
                .endRecord();
    }

    private static boolean isPreference(List<String> conversations) {
        return conversations.size() == COLUMNS_OF_A_PREFERENCE;
    }

    /** Returns whether a row is a pair of answers. */
    public boolean isPreference() {
        return isPreference(conversations);
    }

    /** Returns the format of the file. */
    public RowFormat format() {
        return format;
    }

    /** Returns the Avro record of a row. */
    Schema schema() {
        return schema;
    }

    /** Returns the row of one answer. */
    GenericData.Record row(List<Turn> prompt, ScoredAnswer answer) {
        GenericData.Record row = new GenericData.Record(schema);
        if (conversations.size() == 1) {
            List<Turn> whole = new ArrayList<>(prompt);
            whole.add(answer.turn());
            row.put(conversations.get(0), turns(whole));
        } else {
            row.put(conversations.get(0), turns(prompt));
            row.put(conversations.get(1), turns(List.of(answer.turn())));
        }
        row.put("groupId", answer.groupId());
        row.put("sample", answer.sample());
        row.put("reward", answer.reward());
        return row;
    }

    /** Returns the row of two answers to one prompt. */
    GenericData.Record row(List<Turn> prompt, ScoredAnswer chosen, ScoredAnswer rejected) {
        GenericData.Record row = new GenericData.Record(schema);
        row.put("prompt", turns(prompt));
        row.put("chosen", turns(List.of(chosen.turn())));
        row.put("rejected", turns(List.of(rejected.turn())));
        row.put("groupId", chosen.groupId());
        row.put("chosenSample", chosen.sample());
        row.put("rejectedSample", rejected.sample());
        row.put("chosenReward", chosen.reward());
        row.put("rejectedReward", rejected.reward());
        return row;
    }

    private static List<GenericData.Record> turns(List<Turn> turns) {
        return turns.stream()
                .map(turn -> {
                    GenericData.Record record = new GenericData.Record(TurnSchema.TURN);
                    record.put("role", turn.role());
                    record.put("content", turn.content());
                    return record;
                })
                .toList();
    }
}
