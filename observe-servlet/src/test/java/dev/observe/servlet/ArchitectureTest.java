/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "dev.observe.servlet",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule adaptersAreThin =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.observe..",
              "java..",
              "jakarta.servlet..",
              // JavaxInitializer, after the build has rewritten it.
              "javax.servlet..",
              "jakarta.ws.rs..",
              "io.opentelemetry.api..",
              "io.opentelemetry.context..",
              "io.prometheus.metrics.model..",
              "io.prometheus.metrics.exporter.common..",
              "org.jspecify..",
              "org.springframework..");

  @ArchTest
  static final ArchRule onlyOnePackageKnowsSpring =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.observe.servlet.internal.spring")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "dev.observe.servlet.internal.spring");

  @ArchTest
  static final ArchRule onlyTheirClassesKnowJaxRs =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.JaxRs[^.]*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta.ws.rs..");
}
