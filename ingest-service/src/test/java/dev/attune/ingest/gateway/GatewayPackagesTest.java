package dev.attune.ingest.gateway;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class GatewayPackagesTest {
    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.attune.ingest.gateway..");

    @Test
    void noPackageDependsOnItself() {
        slices().matching("dev.attune.ingest.gateway.(*)..")
                .should()
                .beFreeOfCycles()
                .check(GATEWAY);
    }
}
