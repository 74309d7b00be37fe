/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.Tag;
import com.vaadin.flow.di.LookupInitializer;
import com.vaadin.flow.router.Route;
import com.vaadin.flow.router.RouteConfiguration;
import com.vaadin.flow.server.ServiceInitEvent;
import com.vaadin.flow.server.VaadinServiceInitListener;
import com.vaadin.flow.server.VaadinServlet;
import com.vaadin.flow.server.VaadinServletRequest;
import com.vaadin.flow.server.startup.LookupServletContainerInitializer;
import com.vaadin.flow.server.startup.RouteRegistryInitializer;
import dev.observe.servlet.testkit.FrameworkTomcat;
import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The routes of Vaadin views. */
class VaadinRoutesIT {
  @Test
  void route_vaadin_isTheTemplateOfTheView() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes();
        FrameworkTomcat tomcat =
            new FrameworkTomcat(
                "/shop",
                application -> {
                  routes.filter().addTo(application);
                  addVaadin(application);
                })) {
      Map<String, String> names =
          routes.names(tomcat.port(), "/shop", "/orders", "/orders/17", "/", "/none/17");

      assertThat(names.values())
          .containsExactly(
              "GET /shop/orders", "GET /shop/orders/:id", "GET /shop/*", "GET /shop/*");
      RoutesTable.check(
          getClass(),
          "Vaadin",
          "24.9.15",
          "class Templates implements VaadinServiceInitListener",
          names);
      RoutesTable.checkSnippet(getClass(), "class Templates");
    }
  }

  private static void addVaadin(ServletContext application) {
    try {
      application.setInitParameter("productionMode", "true");
      new LookupServletContainerInitializer()
          .onStartup(Set.of(LookupInitializer.class), application);
      new RouteRegistryInitializer()
          .onStartup(Set.of(OrdersView.class, OrderView.class), application);
    } catch (ServletException e) {
      throw new IllegalStateException(e);
    }
    ServletRegistration.Dynamic servlet = application.addServlet("vaadin", new VaadinServlet());
    servlet.setAsyncSupported(true);
    servlet.addMapping("/*");
  }

  /** In docs/routes.md. */
  public static final class Templates implements VaadinServiceInitListener {
    @Override
    public void serviceInit(ServiceInitEvent event) {
      RouteConfiguration views =
          RouteConfiguration.forRegistry(event.getSource().getRouter().getRegistry());
      event.addRequestHandler(
          (session, request, response) -> {
            String path = request.getPathInfo();
            ServletContext application = ((VaadinServletRequest) request).getServletContext();
            views
                .getRoute(path == null ? "" : path.substring(1))
                .flatMap(views::getTemplate)
                .map(template -> application.getContextPath() + '/' + template)
                .ifPresent(route -> request.setAttribute("http.route", route));
            return false;
          });
    }
  }

  /** All orders. */
  @Route("orders")
  @Tag("div")
  public static class OrdersView extends Component {}

  /** One order. */
  @Route("orders/:id")
  @Tag("div")
  public static class OrderView extends Component {}
}
