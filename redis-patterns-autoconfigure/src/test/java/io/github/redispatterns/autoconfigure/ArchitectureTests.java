package io.github.redispatterns.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import io.lettuce.core.AbstractRedisClient;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The walls of the house. */
class ArchitectureTests {

	private static final String ROOT = "io.github.redispatterns";

	/** What every pattern may use. */
	private static final Set<String> GROUND_FLOOR = Set.of("gateway", "key", "codec", "annotation");

	/** Patterns that stand on another one. */
	private static final Set<String> ALLOWED = Set.of("coordination->lock");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("dev-services"))
		.importPackages(ROOT);

	static final List<String> PATTERNS = List.of("cache", "ratelimit", "lock", "coordination", "session", "pubsub");

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
	}

	@Test
	void coreKnowsNoSpringBoot() {
		check(noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot.."));
	}

	@ParameterizedTest
	@FieldSource("PATTERNS")
	void patternsDoNotKnowEachOther(String pattern) {
		String[] others = PATTERNS.stream()
			.filter((other) -> !other.equals(pattern) && !ALLOWED.contains(pattern + "->" + other))
			.map((other) -> ROOT + "." + other + "..")
			.toArray(String[]::new);
		check(noClasses().that()
			.resideInAPackage(ROOT + "." + pattern + "..")
			.should()
			.dependOnClassesThat(resideInAnyPackage(others)));
	}

	@Test
	void everyPackageIsGroundFloorOrPattern() {
		Set<String> known = new HashSet<>(PATTERNS);
		known.addAll(GROUND_FLOOR);
		known.add("autoconfigure");
		CLASSES.stream()
			.map(JavaClass::getPackageName)
			.filter((name) -> !name.equals(ROOT))
			.forEach((name) -> assertThat(known).contains(name.substring(ROOT.length() + 1).split("\\.")[0]));
	}

	@Test
	void groundFloorKnowsNoPattern() {
		String[] patterns = PATTERNS.stream().map((pattern) -> ROOT + "." + pattern + "..").toArray(String[]::new);
		check(noClasses().that()
			.resideInAnyPackage(GROUND_FLOOR.stream().map((name) -> ROOT + "." + name + "..").toArray(String[]::new))
			.should()
			.dependOnClassesThat(resideInAnyPackage(patterns)));
	}

	@Test
	void onlyTheGatewayHasConnections() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".gateway..", ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat(resideInAnyPackage("io.lettuce.core.api..", "org.springframework.data.redis.core..",
					"org.springframework.data.redis.connection.lettuce..")
				.or(assignableTo(AbstractRedisClient.class))));
	}

	@Test
	void autoConfigurationsAreClosed() {
		check(classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL));
		check(constructors().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.notBePublic());
		check(methods().that().areAnnotatedWith(Bean.class).should().bePackagePrivate());
	}

	@Test
	void everyPackageIsNullMarked() {
		check(classes().should(beInANullMarkedPackage()));
	}

	private static ArchCondition<JavaClass> beInANullMarkedPackage() {
		return ArchCondition.from(DescribedPredicate.describe("be in a null-marked package",
				(JavaClass type) -> type.getPackage().isAnnotatedWith(NullMarked.class)));
	}

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

}
