/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.spring;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;

/** Finds beans of an application by their definitions, without creating one. */
final class ApplicationBeans {
  private ApplicationBeans() {}

  /** Returns whether the application has an OpenTelemetry that exports spans. */
  static boolean trace(ListableBeanFactory beans) {
    for (String name : names(beans, OpenTelemetry.class)) {
      if (!isOfBoot(beans, name) || names(beans, TracerProvider.class).length > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether Spring Boot defines a bean. With the SDK on the class path its actuator defines
   * an OpenTelemetry in any case, which exports nothing without a TracerProvider.
   */
  private static boolean isOfBoot(ListableBeanFactory beans, String name) {
    if (beans instanceof ConfigurableListableBeanFactory factory
        && factory.containsBeanDefinition(name)) {
      BeanDefinition definition = factory.getBeanDefinition(name);
      MethodMetadata method =
          definition instanceof AnnotatedBeanDefinition annotated
              ? annotated.getFactoryMethodMetadata()
              : null;
      return method != null
          && method.getDeclaringClassName().startsWith("org.springframework.boot.");
    }
    return false;
  }

  /** Returns whether the application has a bean of a class, which may be absent. */
  static boolean has(ListableBeanFactory beans, String type) {
    // The class loader of the thread, as for all of Spring's conditions.
    return ClassUtils.isPresent(type, null)
        && names(beans, ClassUtils.resolveClassName(type, null)).length > 0;
  }

  private static String[] names(ListableBeanFactory beans, Class<?> type) {
    return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type, true, false);
  }
}
