/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Struts, whose value stack in a request attribute leads to the configuration of the action.
 *
 * <p>observe does not depend on Struts, so its getters are called by name.
 */
final class StrutsActions {
  private static final String STACK = "struts.valueStack";
  private static final String CONFIGURATION = "org.apache.struts2.config.Configuration";

  private final Class<?> configuration;

  private StrutsActions(Class<?> configuration) {
    this.configuration = configuration;
  }

  /** Returns the actions of an application, or null if it cannot load the classes of Struts. */
  static @Nullable StrutsActions of(ServletContext application) {
    try {
      ClassLoader loader = application.getClassLoader();
      return loader == null ? null : new StrutsActions(Class.forName(CONFIGURATION, false, loader));
    } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
      return null;
    }
  }

  /**
   * Returns the namespace and the name of the action that a request has called, as they are
   * configured, or null if it has called none.
   */
  @Nullable String pattern(HttpServletRequest request) {
    Object stack = request.getAttribute(STACK);
    if (stack == null) {
      return null;
    }
    try {
      Object context = call(stack, "getActionContext");
      Object proxy = call(call(context, "getActionInvocation"), "getProxy");
      Object action = call(proxy, "getConfig");
      Object packages = call(call(context, "getContainer"), "getInstance", configuration);
      // The client may choose the namespace of the request, but not that of the action's package.
      Object own = call(packages, "getPackageConfig", call(action, "getPackageName"));
      return path(call(own, "getNamespace"), call(action, "getName"));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static @Nullable String path(@Nullable Object namespace, @Nullable Object name) {
    if (namespace == null || name == null) {
      return null;
    }
    return (namespace.equals("/") ? "" : namespace) + "/" + name;
  }

  private static @Nullable Object call(
      @Nullable Object target, String method, @Nullable Object... arguments)
      throws ReflectiveOperationException {
    Class<?>[] types = new Class<?>[arguments.length];
    for (int i = 0; i < types.length; i++) {
      Object argument = arguments[i];
      if (argument == null) {
        return null;
      }
      types[i] = argument.getClass();
    }
    if (target == null) {
      return null;
    }
    Method found = target.getClass().getMethod(method, types);
    // Some of the classes are not public.
    return found.trySetAccessible() ? found.invoke(target, arguments) : null;
  }
}
