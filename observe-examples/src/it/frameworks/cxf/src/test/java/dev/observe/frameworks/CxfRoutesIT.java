/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.JaxRsRoutes;
import dev.observe.servlet.testkit.FrameworkTomcat;
import dev.observe.servlet.testkit.JaxRsShop;
import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import jakarta.servlet.ServletRegistration;
import java.util.Map;
import org.apache.cxf.jaxrs.servlet.CXFNonSpringJaxrsServlet;
import org.junit.jupiter.api.Test;

/** The routes of Cxf resources. */
class CxfRoutesIT {
  @Test
  void route_cxf_isTheTemplateOfTheResource() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes();
        FrameworkTomcat tomcat =
            new FrameworkTomcat(
                "/shop",
                application -> {
                  routes.filter().addTo(application);
                  ServletRegistration.Dynamic servlet =
                      application.addServlet("rest", new CXFNonSpringJaxrsServlet());
                  servlet.setInitParameter(
                      "jaxrs.serviceClasses",
                      JaxRsShop.Orders.class.getName()
                          + ','
                          + JaxRsShop.StoredCarts.class.getName());
                  servlet.setInitParameter("jaxrs.providers", JaxRsRoutes.class.getName());
                  // Else CXF does not configure sub-resources.
                  servlet.setInitParameter("jaxrs.static.subresources", "true");
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
      RoutesTable.check(
          getClass(),
          "CXF",
          "4.1.5",
          "servlet.setInitParameter(\"jaxrs.providers\", JaxRsRoutes.class.getName())",
          names);
    }
  }
}
