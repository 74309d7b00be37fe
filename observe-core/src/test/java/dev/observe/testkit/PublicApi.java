/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The public and protected types and members of the packages that are not internal, one a line.
 *
 * <p>A recorded list in {@code src/api} shows every change of the API in its diff; {@code
 * -Dapi.write=true} records an intended one.
 */
public final class PublicApi {
  private PublicApi() {}

  /** Returns the list of a package and the packages below it. */
  public static List<String> of(String root) {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(root)
            .stream()
            .filter(type -> !type.getPackageName().contains(".internal"))
            .map(JavaClass::reflect)
            .filter(PublicApi::isVisible)
            .flatMap(PublicApi::lines)
            .sorted()
            .toList();
  }

  /** Returns the recorded list, and first records the current one with {@code -Dapi.write=true}. */
  public static List<String> recorded(Path file, List<String> current) throws IOException {
    if (Boolean.getBoolean("api.write")) {
      Files.createDirectories(file.getParent());
      Files.write(file, current);
    }
    return Files.readAllLines(file);
  }

  private static boolean isVisible(Class<?> type) {
    return isVisible(type.getModifiers())
        && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static Stream<String> lines(Class<?> type) {
    Stream<Member> members =
        Stream.of(
                type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
            .flatMap(Arrays::stream);
    Stream<String> supertypes =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(supertype -> type.getName() + " : " + supertype.getTypeName());
    return Stream.concat(
        Stream.concat(Stream.of(type.getName() + " " + type.toGenericString()), supertypes),
        members
            .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
            .map(member -> type.getName() + " " + text(member)));
  }

  private static String text(Member member) {
    if (member instanceof Method method) {
      return method.toGenericString();
    }
    if (member instanceof Constructor<?> constructor) {
      return ((Executable) constructor).toGenericString();
    }
    return ((Field) member).toGenericString();
  }
}
