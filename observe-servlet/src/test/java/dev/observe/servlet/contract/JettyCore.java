/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.lang.reflect.Method;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;

/** What the servlet modules of one Jetty have in different ways. */
public final class JettyCore {
  private JettyCore() {}

  /** Returns the handler of an application; with {@code javax.servlet}, the context has it. */
  public static Handler handler(Object context) {
    return context instanceof Supplier<?> supplier ? (Handler) supplier.get() : (Handler) context;
  }

  /** Calls a setter whose parameter has another type in each of them, if there is one. */
  static void set(Object target, String setter, Object value) {
    for (Method method : target.getClass().getMethods()) {
      if (method.getName().equals(setter)) {
        try {
          method.invoke(target, value);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
        return;
      }
    }
  }
}
