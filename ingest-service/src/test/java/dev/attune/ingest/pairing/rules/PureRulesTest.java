package dev.attune.ingest.pairing.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class PureRulesTest {

    @Test
    void theRulesArePlainJava() {
        JavaClasses rules = new ClassFileImporter()
                .withImportOption(location -> !location.contains("test-classes"))
                .importPackages("dev.attune.ingest.pairing.rules");

        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.attune.ingest.pairing.rules", "java..", "org.jspecify..")
                .check(rules);
    }
}
