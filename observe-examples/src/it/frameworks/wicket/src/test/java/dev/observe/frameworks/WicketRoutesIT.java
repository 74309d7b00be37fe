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
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Map;
import org.apache.wicket.MarkupContainer;
import org.apache.wicket.Page;
import org.apache.wicket.core.request.handler.BookmarkablePageRequestHandler;
import org.apache.wicket.core.request.handler.IPageClassRequestHandler;
import org.apache.wicket.core.request.handler.PageProvider;
import org.apache.wicket.markup.IMarkupResourceStreamProvider;
import org.apache.wicket.markup.html.WebPage;
import org.apache.wicket.protocol.http.WebApplication;
import org.apache.wicket.protocol.http.WicketFilter;
import org.apache.wicket.protocol.http.servlet.ServletWebRequest;
import org.apache.wicket.request.IRequestHandler;
import org.apache.wicket.request.Url;
import org.apache.wicket.request.cycle.IRequestCycleListener;
import org.apache.wicket.request.cycle.RequestCycle;
import org.apache.wicket.request.mapper.parameter.PageParameters;
import org.apache.wicket.util.resource.IResourceStream;
import org.apache.wicket.util.resource.StringResourceStream;
import org.junit.jupiter.api.Test;

/** The routes of Wicket pages. */
class WicketRoutesIT {
  @Test
  void route_wicket_isTheMountPath() throws Exception {
    try (RecordedRoutes routes = new RecordedRoutes();
        FrameworkTomcat tomcat =
            new FrameworkTomcat(
                "/shop",
                application -> {
                  routes.filter().addTo(application);
                  FilterRegistration.Dynamic wicket =
                      application.addFilter("wicket", WicketFilter.class);
                  wicket.setInitParameter("applicationClassName", Shop.class.getName());
                  wicket.setInitParameter("configuration", "deployment");
                  wicket.setInitParameter(WicketFilter.FILTER_MAPPING_PARAM, "/*");
                  wicket.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
                })) {
      Map<String, String> names =
          routes.names(
              tomcat.port(),
              "/shop",
              "/orders",
              "/orders/17?any=thing",
              "/orders/fails/x",
              "/",
              "/none/17");

      assertThat(names.values())
          .containsExactly(
              "GET /shop/orders",
              "GET /shop/orders/{id}",
              "GET /shop/orders/fails",
              "GET /shop/",
              "GET");
      RoutesTable.check(
          getClass(),
          "Wicket",
          "10.5.0",
          "getRequestCycleListeners().add(new MountPaths())",
          names);
      RoutesTable.checkSnippet(getClass(), "class MountPaths");
    }
  }

  /** The application. */
  public static final class Shop extends WebApplication {
    @Override
    public Class<? extends Page> getHomePage() {
      return Home.class;
    }

    @Override
    protected void init() {
      super.init();
      mountPage("/orders", Orders.class);
      mountPage("/orders/${id}", Order.class);
      mountPage("/orders/fails", Failing.class);
      getRequestCycleListeners().add(new MountPaths());
    }
  }

  /** In docs/routes.md. */
  static final class MountPaths implements IRequestCycleListener {
    @Override
    public void onRequestHandlerResolved(RequestCycle cycle, IRequestHandler handler) {
      HttpServletRequest request = ((ServletWebRequest) cycle.getRequest()).getContainerRequest();
      if (handler instanceof IPageClassRequestHandler page
          && request.getAttribute("http.route") == null) {
        PageParameters names = new PageParameters();
        PageParameters values = page.getPageParameters();
        if (values != null) {
          values.getNamedKeys().forEach(name -> names.set(name, '{' + name + '}'));
        }
        Url mount =
            cycle.mapUrlFor(
                new BookmarkablePageRequestHandler(new PageProvider(page.getPageClass(), names)));
        String context = request.getServletContext().getContextPath();
        request.setAttribute("http.route", context + '/' + String.join("/", mount.getSegments()));
      }
    }
  }

  /** A page without a file. */
  public static class Home extends WebPage implements IMarkupResourceStreamProvider {
    @Override
    public IResourceStream getMarkupResourceStream(MarkupContainer container, Class<?> type) {
      return new StringResourceStream("<html><body>page</body></html>");
    }
  }

  /** A page with a path. */
  public static final class Orders extends Home {}

  /** A page with a parameter. */
  public static final class Order extends Home {}

  /** A page that fails. */
  public static final class Failing extends Home {
    @Override
    protected void onInitialize() {
      super.onInitialize();
      throw new IllegalStateException("planned");
    }
  }
}
