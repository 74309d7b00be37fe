/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the paths of resources, whose annotations may be on a superclass or an interface.
 *
 * <p>Jakarta REST 3.6 inherits those of methods: a method without any of its own has those of the
 * method that it overrides, a superclass before an interface. The runtimes inherit those of classes
 * too.
 */
final class JaxRsAnnotations {
  private static final String JAX_RS = "jakarta.ws.rs.";

  private JaxRsAnnotations() {}

  /** Returns the path of a resource class, or null for a class without one. */
  static @Nullable String pathOf(Class<?> resource) {
    for (Class<?> type : withInherited(resource)) {
      Path path = type.getDeclaredAnnotation(Path.class);
      if (path != null) {
        return normalized(path.value());
      }
    }
    return null;
  }

  /** Returns the path of a resource method; empty if it has none, null if it is not annotated. */
  static @Nullable String pathOf(Class<?> resource, Method method) {
    Method annotated = annotated(resource, method);
    if (annotated == null) {
      return null;
    }
    Path path = annotated.getAnnotation(Path.class);
    return path == null ? "" : normalized(path.value());
  }

  /** Returns the paths of the locators of a resource that may return another one. */
  static List<String> locators(Class<?> resource, Class<?> located) {
    return Stream.of(resource.getMethods())
        .filter(method -> !method.isBridge())
        .filter(method -> mayReturn(method, located))
        .map(method -> annotated(resource, method))
        .filter(JaxRsAnnotations::isLocator)
        .map(method -> normalized(method.getAnnotation(Path.class).value()))
        .distinct()
        // The order in which a request is matched (3.7.2): the most literal characters first.
        .sorted(Comparator.comparingInt(JaxRsAnnotations::literals).reversed())
        .toList();
  }

  private static boolean mayReturn(Method method, Class<?> located) {
    return method.getReturnType().isAssignableFrom(located)
        || method.getReturnType() == Class.class;
  }

  private static boolean isLocator(@Nullable Method method) {
    return method != null
        && method.isAnnotationPresent(Path.class)
        && Arrays.stream(method.getAnnotations()).noneMatch(JaxRsAnnotations::namesHttpMethod);
  }

  private static boolean namesHttpMethod(Annotation annotation) {
    return annotation.annotationType().isAnnotationPresent(HttpMethod.class);
  }

  private static int literals(String path) {
    return JaxRsLocators.VARIABLE.matcher(path).replaceAll("").length();
  }

  private static String normalized(String path) {
    int start = path.startsWith("/") ? 1 : 0;
    int end = path.endsWith("/") && path.length() > start ? path.length() - 1 : path.length();
    return start == end ? "" : '/' + path.substring(start, end);
  }

  /** Returns the method whose annotations count for a method, or null if none is annotated. */
  private static @Nullable Method annotated(Class<?> resource, Method method) {
    if (isAnnotated(method)) {
      return method;
    }
    for (Class<?> type : withInherited(resource)) {
      for (Method other : type.getDeclaredMethods()) {
        if (overrides(method, other) && isAnnotated(other)) {
          return other;
        }
      }
    }
    return null;
  }

  private static boolean isAnnotated(Method method) {
    return Stream.concat(
            Arrays.stream(method.getAnnotations()),
            Arrays.stream(method.getParameterAnnotations()).flatMap(Arrays::stream))
        .anyMatch(
            annotation ->
                annotation.annotationType().getName().startsWith(JAX_RS)
                    || namesHttpMethod(annotation));
  }

  private static boolean overrides(Method method, Method other) {
    if (other.isBridge()
        || !method.getName().equals(other.getName())
        || method.getParameterCount() != other.getParameterCount()) {
      return false;
    }
    Class<?>[] own = method.getParameterTypes();
    Class<?>[] inherited = other.getParameterTypes();
    Type[] generic = other.getGenericParameterTypes();
    for (int i = 0; i < own.length; i++) {
      boolean fits =
          generic[i] instanceof Class
              ? own[i] == inherited[i]
              : inherited[i].isAssignableFrom(own[i]);
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** Returns a class and its superclasses, then the interfaces of all of them. */
  private static List<Class<?>> withInherited(Class<?> resource) {
    List<Class<?>> all = new ArrayList<>();
    for (Class<?> type = resource; type != null; type = type.getSuperclass()) {
      all.add(type);
    }
    for (int i = 0; i < all.size(); i++) {
      for (Class<?> implemented : all.get(i).getInterfaces()) {
        if (!all.contains(implemented)) {
          all.add(implemented);
        }
      }
    }
    return all;
  }
}
