package dev.attune.publisher.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.artifacts.CheckpointDirectory;
import dev.attune.artifacts.PeftConfig;
import dev.attune.publisher.fake.FakeCheckpoints;
import dev.attune.publisher.fake.FakeCheckpoints.Draft;
import dev.attune.publisher.release.Candidate;
import dev.attune.publisher.release.RefusedException;
import dev.attune.publisher.release.RejectReason;
import dev.attune.publisher.serving.AdapterLimits;
import dev.attune.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointGateTest {

    private static final AdapterLimits LIMITS = new AdapterLimits(List.of(1, 8, 16), 16);

    @TempDir
    Path folder;

    private FakeCheckpoints checkpoints;
    private CheckpointGate gate;

    @BeforeEach
    void start() throws IOException {
        checkpoints = new FakeCheckpoints(folder);
        gate = new CheckpointGate(BaseModel.read(checkpoints.base()), LIMITS);
    }

    @Test
    void letsAGoodOnePass() throws Exception {
        Candidate candidate = checkpoints.write(new Draft().step(32));

        assertThat(gate.check(candidate, checkpoints.directory(candidate))
                        .version()
                        .toString())
                .isEqualTo(candidate.version());
    }

    @Test
    void refusesAnAlteredFile() throws IOException {
        Candidate candidate = checkpoints.write(new Draft());
        Files.writeString(checkpoints.directory(candidate).probes(), "[]");

        assertRefused(candidate, RejectReason.ARTIFACT_BROKEN, "probes.json: has 2 bytes, the manifest says");
    }

    @Test
    void readsNothingThatOnlyTheTrainerReads() throws Exception {
        Candidate candidate = checkpoints.write(new Draft().altered(at -> {
            Files.createDirectories(at.root().resolve("state"));
            Files.writeString(at.root().resolve("state/trainer.json"), "{}");
        }));
        Files.delete(checkpoints.directory(candidate).root().resolve("state/trainer.json"));

        assertThat(gate.check(candidate, checkpoints.directory(candidate))
                        .manifest()
                        .files())
                .containsKey("state/trainer.json");
    }

    @Test
    void refusesAManifestThatIsNotTheAnnouncedOne() throws IOException {
        Candidate candidate = checkpoints.write(new Draft());
        CheckpointDirectory directory = checkpoints.directory(candidate);
        Files.writeString(directory.manifest(), Files.readString(directory.manifest()) + "\n");

        assertRefused(candidate, RejectReason.DIGEST_MISMATCH, "manifest.json has SHA-256");
    }

    @Test
    void refusesAVersionThatIsNotTheContents() throws IOException {
        Candidate written = checkpoints.write(new Draft().step(32));
        Candidate renamed = new Candidate(
                written.tenant(),
                written.modelId(),
                "v000032-000000000000",
                null,
                written.artifactDigest(),
                written.artifactUri(),
                written.committedAt());
        Candidate otherStep = new Candidate(
                written.tenant(),
                written.modelId(),
                written.version().replace("v000032", "v000033"),
                null,
                written.artifactDigest(),
                written.artifactUri(),
                written.committedAt());

        assertRefused(renamed, checkpoints.directory(written), RejectReason.VERSION_MISMATCH, "does not name digest");
        assertRefused(
                otherStep,
                checkpoints.directory(written),
                RejectReason.VERSION_MISMATCH,
                "step and digest give v000032");
    }

    @Test
    void refusesAnotherModelAndAnotherBase() throws IOException {
        Candidate otherModel = checkpoints.write(new Draft().modelId("sales"));
        Candidate announced = new Candidate(
                otherModel.tenant(),
                "support",
                otherModel.version(),
                null,
                otherModel.artifactDigest(),
                otherModel.artifactUri(),
                otherModel.committedAt());
        Candidate otherBase = checkpoints.write(new Draft().baseRevision("ab".repeat(32)));

        assertRefused(announced, checkpoints.directory(otherModel), RejectReason.MODEL_MISMATCH, "of model 'sales'");
        assertRefused(otherBase, RejectReason.BASE_MISMATCH, "revision " + "ab".repeat(32));
    }

    @Test
    void refusesAWholeModelThatWasAnnouncedAsAnAdapter() throws IOException {
        Candidate written = checkpoints.write(new Draft().wholeModel());
        Candidate announced = new Candidate(
                written.tenant(),
                written.modelId(),
                written.version(),
                null,
                written.artifactDigest(),
                written.artifactUri(),
                written.committedAt());

        assertRefused(announced, RejectReason.NOT_AN_ADAPTER, "the manifest is of a whole model");
    }

    @Test
    void refusesARankThatServingDoesNotTake() throws IOException {
        Candidate candidate =
                checkpoints.write(new Draft().config(PeftConfig.lora("base", 12, 16, false, List.of("q_proj"))));

        assertRefused(candidate, RejectReason.RANK_NOT_SERVED, "rank 12: serving takes [1, 8, 16] up to 16");
    }

    @Test
    void refusesTensorsThatTheConfigurationDoesNotCallFor() throws IOException {
        // The file has q_proj at rank 8 alone
        Candidate otherRank =
                checkpoints.write(new Draft().config(PeftConfig.lora("base", 16, 16, false, List.of("q_proj"))));
        Candidate oneMore = checkpoints.write(
                new Draft().config(PeftConfig.lora("base", 8, 16, false, List.of("q_proj", "v_proj"))));
        Candidate another =
                checkpoints.write(new Draft().config(PeftConfig.lora("base", 8, 16, false, List.of("lm_head"))));

        assertRefused(otherRank, RejectReason.SHAPE_MISMATCH, "lora_A.weight' is [8, 4], expected [16, 4]");
        assertRefused(oneMore, RejectReason.SHAPE_MISMATCH, "v_proj.lora_A.weight' (2 missing, 0 unexpected)");
        assertRefused(another, RejectReason.ADAPTER_UNSUPPORTED, "target_modules names 'lm_head'");
    }

    @Test
    void refusesAnAdapterKindThatServingDoesNotTake() throws IOException {
        PeftConfig plain = PeftConfig.lora("base", 8, 16, false, List.of("q_proj"));
        PeftConfig dora = new PeftConfig(
                plain.peftType(),
                plain.taskType(),
                plain.baseModelNameOrPath(),
                null,
                plain.rank(),
                plain.loraAlpha(),
                false,
                true,
                0,
                "none",
                plain.targetModules(),
                null,
                Map.of(),
                Map.of(),
                false,
                true);

        assertRefused(checkpoints.write(new Draft().config(dora)), RejectReason.ADAPTER_UNSUPPORTED, "use_dora");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void refusesNumbersThatAreNotFinite(float number) throws IOException {
        Candidate candidate = checkpoints.write(new Draft().restOfB(0, 0, number));

        assertRefused(candidate, RejectReason.NOT_FINITE, "lora_B.weight' holds NaN or infinity at element 3");
    }

    @Test
    void refusesAPickle() throws IOException {
        Candidate candidate = checkpoints.write(new Draft());
        Files.writeString(checkpoints.directory(candidate).adapter().resolve("adapter_model.bin"), "pickle");

        assertRefused(candidate, RejectReason.UNSAFE_FILE, "adapter/adapter_model.bin is nothing that a served folder");
    }

    @Test
    void refusesAFileThatTheManifestDoesNotName() throws IOException {
        Candidate candidate = checkpoints.write(new Draft());
        Files.writeString(checkpoints.directory(candidate).root().resolve("notes.txt"), "pickle");

        assertRefused(candidate, RejectReason.ARTIFACT_BROKEN, "notes.txt: is not named in the manifest");
    }

    @Test
    void anAdapterThatPeftWroteHasTheShapesThatItsBaseCallsFor() throws Exception {
        Path base = SharedData.resolve("models/tinystories-656k");
        Path adapter = SharedData.resolve("golden/from-base/sigmoid-adapter-final");
        Path copy = Files.createDirectories(folder.resolve("peft/adapter"));
        for (String name : List.of(PeftConfig.FILE_NAME, PeftConfig.WEIGHTS_FILE_NAME)) {
            Files.copy(adapter.resolve(name), copy.resolve(name));
        }

        new AdapterGate(BaseModel.read(base), LIMITS).check(new CheckpointDirectory(folder.resolve("peft")));
    }

    private void assertRefused(Candidate candidate, RejectReason reason, String detail) {
        assertRefused(candidate, checkpoints.directory(candidate), reason, detail);
    }

    private void assertRefused(Candidate candidate, CheckpointDirectory directory, RejectReason reason, String detail) {
        assertThatThrownBy(() -> gate.check(candidate, directory))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.detail()).contains(detail);
                });
    }
}
