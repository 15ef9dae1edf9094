package dev.attune.ingest.gateway.privacy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.attune.events.SealableText;
import dev.attune.ingest.gateway.event.Messages;
import org.junit.jupiter.api.Test;

/** Nobody can forget to redact: there is one way to a stored text, and it takes what a redactor made. */
class StoredTextsTest {
    private static final JavaClasses GATEWAY = new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes"))
            .importPackages("dev.attune.ingest.gateway");

    @Test
    void onlyMessagesMakesStoredTexts() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Messages.class.getName())
                .should()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                        com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                com.tngtech.archunit.base.DescribedPredicate.describe(
                                        "a text's builder",
                                        owner -> owner.getFullName().startsWith(SealableText.class.getName())))))
                .orShould()
                .callConstructor(SealableText.class)
                .orShould()
                .callConstructor(SealableText.class, String.class, java.nio.ByteBuffer.class, String.class)
                .check(GATEWAY);
    }

    @Test
    void onlyRedactorsMakeRedactedTexts() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Redactor.class.getName())
                .should()
                .callConstructor(Redacted.class, String.class, int.class)
                .check(GATEWAY);
    }

    @Test
    void redactionKnowsNothingOfTheGateway() {
        classes()
                .that()
                .resideInAPackage("..gateway.privacy..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.attune.ingest.gateway.privacy",
                        "dev.attune.kit..",
                        "java..",
                        "org.jspecify..",
                        "com.google.i18n.phonenumbers..",
                        "org.apache.commons.validator..")
                .check(GATEWAY);
    }
}
