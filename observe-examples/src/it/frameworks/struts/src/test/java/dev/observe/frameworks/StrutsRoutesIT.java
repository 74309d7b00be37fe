/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.testkit.FrameworkTomcat;
import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Map;
import org.apache.struts2.ServletActionContext;
import org.apache.struts2.dispatcher.filter.StrutsPrepareAndExecuteFilter;
import org.junit.jupiter.api.Test;

/** The routes of Struts actions. */
class StrutsRoutesIT {
  @Test
  void route_struts_isTheNamespaceAndTheConfiguredName() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes();
        FrameworkTomcat tomcat =
            new FrameworkTomcat(
                "/shop",
                application -> {
                  routes.filter().addTo(application);
                  application
                      .addFilter("struts", StrutsPrepareAndExecuteFilter.class)
                      .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
                })) {
      Map<String, String> names =
          routes.names(
              tomcat.port(),
              "/shop",
              "/orders/list",
              "/orders/show-17.action",
              "/orders/fails",
              "/any/thing/about",
              "/orders/none");

      assertThat(names.values())
          .containsExactly(
              "GET /shop/orders/list",
              "GET /shop/orders/show-*",
              "GET /shop/orders/fails",
              "GET /shop/about",
              "GET");
      RoutesTable.check("Struts", "7.0.3", names);
    }
  }

  /** The actions. */
  public static final class Orders {
    /** Responds. */
    public String execute() throws Exception {
      ServletActionContext.getResponse().getWriter().print("orders");
      return null;
    }

    /** Fails. */
    public String fails() {
      throw new IllegalStateException("planned");
    }
  }
}
