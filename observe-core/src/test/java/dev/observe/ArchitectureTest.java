/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Holds the direction of every package: each may use the packages of its line, and no other. */
@AnalyzeClasses(packages = "dev.observe", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "dev.observe";

  /** Values and callbacks of the API, which use no internal package, are open to every package. */
  private static final String API = "api";

  /** From the lowest package to the highest: a line names only packages of the lines above it. */
  private static final Map<String, Set<String>> MAY_USE = new LinkedHashMap<>();

  static {
    allow("internal.util");
    allow("internal.versions");
    allow("internal.config", "internal.util");
    allow("internal.semconv", "internal.config", "internal.util");
    allow("internal.context", API, "internal.config");
    allow("internal.instrument", API, "internal.config", "internal.util");
    allow("internal.exposition.format");
    allow(
        "internal.exposition",
        "internal.exposition.format",
        "internal.instrument",
        "internal.util",
        "internal.versions");
    allow(
        "internal.bridge",
        "internal.exposition",
        "internal.instrument",
        "internal.util",
        "internal.versions");
    allow("internal.jvm", "internal.util");
    allow("internal.server", "internal.config", "internal.exposition", "internal.util");
    allow("internal.pages", API, "internal.config", "internal.exposition", "internal.util");
    allow(
        "internal.request.series",
        API,
        "internal.config",
        "internal.instrument",
        "internal.semconv",
        "internal.util");
    allow(
        "internal.request.span",
        "internal.context",
        "internal.semconv",
        "internal.util",
        "internal.versions");
    allow("internal.request.forwarded", "internal.config", "internal.semconv");
    allow(
        "internal.request",
        API,
        "internal.config",
        "internal.context",
        "internal.instrument",
        "internal.request.forwarded",
        "internal.request.series",
        "internal.request.span",
        "internal.semconv",
        "internal.util",
        "internal.versions");
    allow(
        "internal.client",
        "internal.config",
        "internal.instrument",
        "internal.request",
        "internal.semconv",
        "internal.util");
    allow("internal.http", "internal.util");
    allow("internal.push", "internal.config", "internal.http", "internal.util");
    allow("internal.pipeline", API, "internal.util");
    allow(
        "internal.otlp",
        "internal.http",
        "internal.pipeline",
        "internal.util",
        "internal.versions");
    allow("internal.spool", "internal.otlp", "internal.pipeline", "internal.util");
    allow(
        "internal.check",
        API,
        "internal.http",
        "internal.otlp",
        "internal.util",
        "internal.versions");
    allow(
        "internal.live",
        API,
        "internal.config",
        "internal.exposition",
        "internal.instrument",
        "internal.pages",
        "internal.pipeline",
        "internal.request",
        "internal.server",
        "internal.util");
    allow("console");
    allow(
        "internal.start",
        API,
        "console",
        "internal.bridge",
        "internal.check",
        "internal.config",
        "internal.context",
        "internal.exposition",
        "internal.instrument",
        "internal.jvm",
        "internal.live",
        "internal.otlp",
        "internal.pages",
        "internal.pipeline",
        "internal.push",
        "internal.request",
        "internal.request.span",
        "internal.server",
        "internal.spool",
        "internal.util",
        "internal.versions");
    allow("sampling", "internal.config", "internal.request", "internal.semconv");
  }

  private static void allow(String user, String... used) {
    for (String name : used) {
      assertThat(name.equals(API) || MAY_USE.containsKey(name))
          .as("%s above %s", name, user)
          .isTrue();
    }
    MAY_USE.put(user, Set.of(used));
  }

  @ArchTest
  static void packages_useOnlyThoseBelowThem(JavaClasses classes) {
    Map<String, Set<String>> broken = new TreeMap<>();
    for (JavaClass user : classes) {
      Set<String> allowed = MAY_USE.get(place(user));
      if (allowed == null) {
        continue;
      }
      for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
        JavaClass used = dependency.getTargetClass().getBaseComponentType();
        String place = place(used);
        if (used.getPackageName().startsWith(ROOT)
            && !place.equals(place(user))
            && !allowed.contains(place)) {
          broken
              .computeIfAbsent(place(user) + " -> " + place, pair -> new TreeSet<>())
              .add(user.getSimpleName() + " -> " + used.getSimpleName());
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  /** A package without a line here would be free to use anything. */
  @ArchTest
  static void packages_allHaveALine(JavaClasses classes) {
    Set<String> without =
        classes.stream()
            .map(ArchitectureTest::place)
            .filter(place -> !MAY_USE.containsKey(place))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(without).containsExactlyInAnyOrder("", API, "client", "testing");
  }

  /** Returns the package beneath the root; of the root's own types, whether they use internals. */
  private static String place(JavaClass type) {
    if (!type.getPackageName().equals(ROOT)) {
      return type.getPackageName().startsWith(ROOT + ".")
          ? type.getPackageName().substring(ROOT.length() + 1)
          : type.getPackageName();
    }
    return uses(outermost(type)) ? "" : API;
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static boolean uses(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(used -> used.getTargetClass().getPackageName().startsWith(ROOT + ".internal"));
  }

  @ArchTest
  static final ArchRule coreKnowsNoContainer =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("jakarta..", "javax.servlet..");

  /** The page and its server serve any collector; only the bridge knows OpenTelemetry. */
  @ArchTest
  static final ArchRule pageKnowsNoTraces =
      noClasses()
          .that()
          .resideInAnyPackage("dev.observe.internal.exposition..", "dev.observe.internal.server..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.opentelemetry..");

  /** JUnit is there when users test, and not when they run. */
  @ArchTest
  static final ArchRule onlyTestingKnowsJUnit =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.observe.testing")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.observe.testing", "org.junit..");

  /** Promise P18: nothing here reads XML or serialised objects. */
  @ArchTest
  static final ArchRule noXmlNoDeserialisation =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.xml..", "org.xml..", "org.w3c..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream");
}
