/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.testkit.FrameworkTomcat;
import dev.observe.servlet.testkit.JaxRsShop;
import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import jakarta.servlet.ServletRegistration;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.Set;
import org.jboss.resteasy.plugins.server.servlet.HttpServlet30Dispatcher;
import org.junit.jupiter.api.Test;

/** The routes of Resteasy resources. */
class ResteasyRoutesIT {
  @Test
  void route_resteasy_isTheTemplateOfTheResource() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes();
        FrameworkTomcat tomcat =
            new FrameworkTomcat(
                "/shop",
                application -> {
                  routes.filter().addTo(application);
                  ServletRegistration.Dynamic servlet =
                      application.addServlet("rest", new HttpServlet30Dispatcher());
                  servlet.setInitParameter("jakarta.ws.rs.Application", Resources.class.getName());
                  servlet.setInitParameter("resteasy.servlet.mapping.prefix", "/rest");
                  servlet.addMapping("/rest/*");
                })) {
      Map<String, String> names =
          routes.names(
              tomcat.port(),
              "/shop",
              "/rest/orders/17",
              "/rest/orders/17/fails",
              "/rest/orders/17/lines/2",
              "/rest/carts/3",
              "/rest/none/17");

      assertThat(names.values())
          .containsExactly(
              "GET /shop/rest/orders/{id}",
              "GET /shop/rest/orders/{id}/fails",
              "GET /shop/rest/orders/{id}/lines/{line}",
              "GET /shop/rest/carts/{cart}",
              "GET /shop/rest/*");
      RoutesTable.check("RESTEasy", "6.2.12", names);
    }
  }

  /** The application. */
  public static class Resources extends Application {
    @Override
    public Set<Class<?>> getClasses() {
      return Set.of(JaxRsShop.Orders.class, JaxRsShop.StoredCarts.class);
    }
  }
}
