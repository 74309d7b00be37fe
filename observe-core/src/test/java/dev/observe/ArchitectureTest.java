/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.observe", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule coreKnowsNoContainer =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("jakarta..", "javax.servlet..");

  @ArchTest
  static final ArchRule exportKnowsNoRequests =
      noClasses()
          .that()
          .resideInAPackage("dev.observe.export")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.observe", "dev.observe.http", "dev.observe.endpoint");

  @ArchTest
  static final ArchRule endpointKnowsNoTraces =
      noClasses()
          .that()
          .resideInAPackage("dev.observe.endpoint")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.observe", "dev.observe.http", "dev.observe.export", "io.opentelemetry..");

  @ArchTest
  static final ArchRule configKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("dev.observe.config")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.observe", "dev.observe.http", "dev.observe.export", "dev.observe.endpoint");

  @ArchTest
  static final ArchRule pagesKnowOnlyTheEndpoint =
      noClasses()
          .that()
          .resideInAPackage("dev.observe.pages")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.observe", "dev.observe.http", "dev.observe.export", "io.opentelemetry..");

  /** The handles are offered to the client for convenience; nothing else of it knows them. */
  @ArchTest
  static final ArchRule requestsKnowOnlyTheHandles =
      classes()
          .that()
          .resideInAPackage("dev.observe.http")
          .and()
          .haveSimpleNameNotStartingWith("ObservedHttpClient")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.observe.http",
              "dev.observe.config",
              "java..",
              // What a thread has allocated, where the JVM tells.
              "com.sun.management",
              "io.opentelemetry..",
              "io.prometheus..",
              "org.jspecify..",
              "org.slf4j..");

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
