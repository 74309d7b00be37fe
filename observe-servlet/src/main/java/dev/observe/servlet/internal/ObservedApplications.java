/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.ServerTelemetry;
import dev.observe.internal.util.FatalErrors;
import dev.observe.servlet.RouteResolver;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The applications that one filter or servlet observes: mostly one, but the same instance may be
 * added to several.
 *
 * <p>Safe for use by any number of threads.
 */
public final class ObservedApplications {
  private static final Logger LOGGER = System.getLogger(ObservedApplications.class.getName());
  private static final RequestObserver[] NONE = {};

  /** Null for a filter of {@code web.xml}, whose telemetry depends on the application. */
  private final @Nullable Supplier<ServerTelemetry> telemetry;

  private final @Nullable RouteResolver routeResolver;
  private final boolean inServlet;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<SharedHandles> handles = new ArrayList<>();
  private int users;

  /** Whether a request may start the observation: until one tried, or the end. */
  private volatile boolean startsLate;

  private volatile RequestObserver[] observers = NONE;

  /** The observer if there is exactly one, so that a request need not look for its own. */
  private volatile @Nullable RequestObserver only;

  /** Creates an instance whose telemetry {@link SharedHandles} provide. */
  public ObservedApplications() {
    this.telemetry = null;
    this.routeResolver = null;
    this.inServlet = false;
  }

  /**
   * Creates an instance without effects: nothing is registered before {@link #add}.
   *
   * @param inServlet whether it observes the requests of one servlet, not those of an application
   * @throws IllegalArgumentException if the telemetry cannot be created
   */
  public ObservedApplications(
      Supplier<ServerTelemetry> telemetry,
      @Nullable RouteResolver routeResolver,
      boolean inServlet) {
    // A mistake shows here, where the caller made it, and not when the application starts.
    telemetry.get().close();
    this.telemetry = telemetry;
    this.routeResolver = routeResolver;
    this.inServlet = inServlet;
    this.startsLate = true;
  }

  /**
   * Starts to observe an application.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere
   */
  public void add(ServletContext application) {
    if (telemetry != null) {
      start(application, telemetry);
    }
    RequestEndListener.register(application);
  }

  /**
   * Starts to observe the application of a filter.
   *
   * @param filter the name of its class, for the log
   * @param kind selects the telemetry from the application's handles
   * @throws ServletException if a setting is not valid
   */
  public void add(FilterConfig config, String filter, Function<SharedHandles, ServerTelemetry> kind)
      throws ServletException {
    ServletContext application = config.getServletContext();
    try {
      if (telemetry != null) {
        start(application, telemetry);
      } else {
        startWithHandles(config, kind);
      }
    } catch (RuntimeException e) {
      throw new ServletException(
          "The filter '" + config.getFilterName() + "' cannot start: " + e.getMessage(), e);
    }
    logStart(application, filter);
    RequestEndListener.register(application);
  }

  private void startWithHandles(
      FilterConfig config, Function<SharedHandles, ServerTelemetry> kind) {
    SharedHandles found = SharedHandles.acquire(config);
    try {
      start(config.getServletContext(), () -> kind.apply(found));
    } catch (Throwable e) {
      found.close();
      throw e;
    }
    lock.lock();
    try {
      handles.add(found);
    } finally {
      lock.unlock();
    }
  }

  private void start(@Nullable ServletContext application, Supplier<ServerTelemetry> maker) {
    lock.lock();
    try {
      List<RequestObserver> all = new ArrayList<>(List.of(observers));
      if (all.stream().noneMatch(observer -> observer.isOf(application))) {
        all.add(observer(application, maker.get()));
        publish(all);
      }
      startsLate = false;
      users++;
    } finally {
      lock.unlock();
    }
  }

  private void logStart(ServletContext application, String filter) {
    for (RequestObserver observer : observers) {
      if (observer.isOf(application)) {
        observer.logStart(filter, ObserveInitializer.filters(application));
      }
    }
  }

  private RequestObserver observer(@Nullable ServletContext application, ServerTelemetry started) {
    try {
      return new RequestObserver(started, routeResolver, application, inServlet);
    } catch (Throwable e) {
      started.close();
      throw e;
    }
  }

  private void publish(List<RequestObserver> all) {
    observers = all.toArray(NONE);
    only = all.size() == 1 ? all.get(0) : null;
  }

  /** Passes a request on and measures it. */
  public void observe(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestObserver observer = only;
    if (observer == null) {
      observer = find(request);
    }
    if (observer == null) {
      chain.doFilter(request, response);
    } else {
      observer.observe(request, response, chain);
    }
  }

  private @Nullable RequestObserver find(ServletRequest request) {
    if (startsLate) {
      startLate(request);
    }
    RequestObserver[] all = observers;
    if (all.length < 2) {
      return all.length == 0 ? null : all[0];
    }
    ServletContext application = request.getServletContext();
    for (RequestObserver observer : all) {
      if (observer.isOf(application)) {
        return observer;
      }
    }
    // A dispatch into an application without this filter.
    return all[0];
  }

  /** For a filter within a chain that calls no {@code init}, such as that of Spring Security. */
  private void startLate(ServletRequest request) {
    lock.lock();
    try {
      if (startsLate && telemetry != null) {
        startsLate = false;
        start(request.getServletContext(), telemetry);
        logStart(request.getServletContext(), "a filter within a chain");
      }
    } catch (Throwable e) {
      FatalErrors.rethrow(e);
      LOGGER.log(Level.WARNING, "Requests are not measured: the telemetry cannot start", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops to observe an application. The container does not report which one, so the observation
   * ends with the last of them.
   */
  public void remove() {
    RequestObserver[] ended;
    List<SharedHandles> closed;
    lock.lock();
    try {
      if (users > 0 && --users > 0) {
        return;
      }
      startsLate = false;
      ended = observers;
      publish(List.of());
      closed = List.copyOf(handles);
      handles.clear();
    } finally {
      lock.unlock();
    }
    for (RequestObserver observer : ended) {
      observer.close();
    }
    closed.forEach(SharedHandles::close);
  }
}
