package dev.longstream.runs.config;

import dev.longstream.config.ConfigurationException;
import dev.longstream.policy.folder.AdapterConfig;
import dev.longstream.policy.training.DecayedWeights;
import dev.longstream.trainer.checkpoint.AnnouncedFormat;
import dev.longstream.trainer.loop.ReferencePolicy;
import dev.longstream.trainer.loop.TrainerConfig;
import dev.longstream.trainer.loop.UpdateSettings;
import dev.longstream.trainer.objective.Proximal;
import dev.longstream.trainer.objective.TruncatedAnswers;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TrainerSectionTest {
    @Test
    void shouldMakeOneUpdateABatchUnlessItIsToldOtherwise() {
        assertThat(RunConfig.DEFAULT.trainer().updates()).isEqualTo(UpdateSettings.DEFAULT);

        RunConfig config = new ConfigurationLoader()
                .set("trainer.mini-batches=4")
                .set("trainer.epochs=2")
                .set("trainer.weight-decay-on=all")
                .set("objective.loss.truncated-answers=leave-out")
                .set("phases[1].reference=phase-start")
                .load()
                .config();

        assertThat(config.trainer().updates()).isEqualTo(new UpdateSettings(4, 2));
        assertThat(config.trainer().optimizer().decay().weightDecayOn()).isEqualTo(DecayedWeights.ALL);
        assertThat(config.objective().loss().masks().truncatedAnswers()).isEqualTo(TruncatedAnswers.LEAVE_OUT);
        assertThat(config.phases())
                .extracting(phase -> phase.start().reference())
                .containsExactly(ReferencePolicy.INITIAL, ReferencePolicy.PHASE_START);
        TrainerConfig trainer = config.trainer().config(9, config.objective().loss(), 70, 1, Set.of(), List.of());
        assertThat(trainer.updates()).isEqualTo(new UpdateSettings(4, 2));
        assertThat(trainer.seed()).isEqualTo(9);
    }

    @Test
    void shouldTrainAnAdapterWhereOneIsDescribed() {
        assertThat(RunConfig.DEFAULT.trainer().adapterShape()).isEmpty();
        assertThat(RunConfig.DEFAULT.announced()).isEqualTo(AnnouncedFormat.FLOAT32);

        RunConfig config = new ConfigurationLoader()
                .set("trainer.adapter.rank=4")
                .set("trainer.adapter.targets=[up_proj, q_proj]")
                .load()
                .config();

        assertThat(config.trainer().adapterShape()).contains(new AdapterConfig(4, 16, List.of("q_proj", "up_proj")));
        assertThat(config.announced()).isEqualTo(AnnouncedFormat.ADAPTER);
    }

    @Test
    void shouldRefuseAnAdapterThatCannotBeTrained() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("trainer.adapter.targets=[lm_head]")
                        .load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trainer.adapter.targets is [lm_head], must name some of [q_proj,");
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("trainer.adapter.rank=8")
                        .set("weights.type=bfloat16")
                        .load())
                .hasMessageContaining("weights.type is bfloat16, must be float32 with trainer.adapter");
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("trainer.adapter.rank=8")
                        .set("rollouts.engine={kind: longstream, urls: ['http://127.0.0.1:8100'], model: policy}")
                        .load())
                .hasMessageContaining("rollouts.engine.kind must be embedded or vllm with trainer.adapter");
    }

    @Test
    void shouldRefuseToCutADistributionOfWhichSglangDoesNotReport() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("rollouts.engine={kind: sglang, urls: ['http://127.0.0.1:30000'], model: policy}")
                        .set("sampling.top-p=0.9")
                        .load())
                .hasMessageContaining(
                        "sampling.top-p is 0.9 and top-k 0, must be 1 and 0 with rollouts.engine.kind sglang");
    }

    @Test
    void shouldRefuseMoreMiniBatchesThanGroups() {
        assertThatThrownBy(() -> new ConfigurationLoader()
                        .set("batch-size=8")
                        .set("trainer.mini-batches=9")
                        .load())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("trainer.mini-batches is 9, must be at most batch-size (8)");
        assertThatThrownBy(
                        () -> new ConfigurationLoader().set("trainer.epochs=0").load())
                .hasMessageContaining("epochs is 0, must be at least 1");
    }

    @Test
    void shouldMakeTheUpdatesOfThePapersScript() {
        RunConfig paper = new ConfigurationLoader()
                .file(Path.of("..", "examples", "qwenlong-l1-paper.yaml"))
                .set("judge.folder=../models/quickstart")
                .load()
                .config();

        assertThat(paper.batchSize()).isEqualTo(128);
        assertThat(paper.trainer().updates()).isEqualTo(new UpdateSettings(4, 1));
        assertThat(paper.maxStaleness()).isZero();
        assertThat(paper.objective().loss().proximal()).isEqualTo(Proximal.CURRENT);
        assertThat(paper.trainer().optimizer().decay().weightDecayOn()).isEqualTo(DecayedWeights.ALL);
    }
}
