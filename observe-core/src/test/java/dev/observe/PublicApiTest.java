/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The public packages can be used without the internal ones. */
@AnalyzeClasses(packages = "dev.observe", importOptions = ImportOption.DoNotIncludeTests.class)
class PublicApiTest {
  @ArchTest
  static void publicSignatures_nameNoInternalType(JavaClasses classes) {
    Set<String> internal = new TreeSet<>();
    for (JavaClass type : classes) {
      if (isInternal(type) || !isReachable(type)) {
        continue;
      }
      signature(type)
          .flatMap(used -> used.getAllInvolvedRawTypes().stream())
          .map(JavaClass::getBaseComponentType)
          .filter(PublicApiTest::isInternal)
          .forEach(used -> internal.add(type.getName() + " -> " + used.getName()));
    }

    assertThat(internal).isEmpty();
  }

  private static boolean isInternal(JavaClass type) {
    return type.getPackageName().startsWith("dev.observe.internal");
  }

  private static boolean isReachable(JavaClass type) {
    return isVisible(type) && type.getEnclosingClass().map(PublicApiTest::isReachable).orElse(true);
  }

  private static boolean isVisible(HasModifiers member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaType> signature(JavaClass type) {
    Stream<JavaType> parents =
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
    Stream<JavaType> fields =
        type.getFields().stream().filter(PublicApiTest::isVisible).map(JavaField::getType);
    Stream<JavaType> codeUnits =
        type.getCodeUnits().stream()
            .filter(PublicApiTest::isVisible)
            .flatMap(PublicApiTest::signature);
    return Stream.of(parents, fields, codeUnits).flatMap(types -> types);
  }

  private static Stream<JavaType> signature(JavaCodeUnit unit) {
    return Stream.of(
            Stream.of(unit.getReturnType()),
            unit.getParameterTypes().stream(),
            unit.getExceptionTypes().stream())
        .flatMap(types -> types);
  }
}
