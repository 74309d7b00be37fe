/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.MetricsOnlyRequests;
import dev.observe.internal.request.RequestKind;
import dev.observe.internal.request.ServerExchange;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.internal.request.series.RequestMeter;
import dev.observe.internal.util.FatalErrors;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.UnavailableException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The exchange of a servlet request, and the listener for its asynchronous end. */
public final class ServletExchange extends ServerExchange implements AsyncListener {
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final RequestObserver observer;
  private @Nullable String jaxRsPattern;

  /** What the routers had named before another handler was called; null if none was. */
  private @Nullable RouterPatterns kept;

  /** The mapping by which the container chose the servlet when the request arrived. */
  private @Nullable HttpServletMapping mapping;

  /** Whether the application threw, so that the container decides the status. */
  private volatile boolean thrown;

  /** The status with which the container responds to the exception if nothing was sent before. */
  private volatile int thrownStatus;

  /** The status that was sent while the application ran; Tomcat may report another one later. */
  private volatile int sentStatus;

  /** Whether the end waits for {@link RequestEndListener}, and the response before it. */
  private boolean waiting;

  private int statusWhenLeft;
  private boolean committedWhenLeft;

  ServletExchange(
      HttpServletRequest request, HttpServletResponse response, RequestObserver observer) {
    this.request = request;
    this.response = response;
    this.observer = observer;
  }

  /** Notes the pattern that JAX-RS matched, below the mapping of its servlet. */
  void matched(String pattern) {
    this.jaxRsPattern = pattern;
  }

  /**
   * Keeps the route that the request has now, as another handler is called and its router may
   * overwrite it.
   *
   * @param isError whether the handler is an error page, whose pattern is never the route
   */
  void keepRoute(boolean isError) {
    if (kept != null) {
      return;
    }
    try {
      RouterPatterns found = observer.routes().named(request, jaxRsPattern);
      if (isError || !found.isEmpty()) {
        kept = found;
      }
    } catch (Throwable e) {
      // The resolver failed; it is called again at the end, and reported if it fails again.
      FatalErrors.rethrow(e);
    }
  }

  /** Takes the route that was noted while the request was only counted. */
  void takeRoute(MetricsOnlyRequest noted) {
    jaxRsPattern = noted.jaxRsPattern;
    kept = noted.kept;
  }

  /** Takes over a request that was only counted until now. */
  void takeOver(
      MetricsOnlyRequests requests,
      RequestKind kind,
      long startNanos,
      @Nullable HttpServletMapping firstMapping) {
    this.mapping = firstMapping;
    takeOver(requests, kind, startNanos);
  }

  /** Returns the request of the exchange. */
  public HttpServletRequest request() {
    return request;
  }

  /** Returns the exchange that an outer filter began, or null. */
  static @Nullable ServletExchange of(ServletRequest request) {
    return request.getAttribute(MatchedRoute.ATTRIBUTE) instanceof ServletExchange exchange
        ? exchange
        : null;
  }

  /** Notes the exception of the application, from which the container decides the status. */
  void thrown(Throwable failure) {
    Throwable cause = cause(failure);
    thrown = true;
    thrownStatus = ExceptionStatus.of(cause, observer.container());
    RequestMeter meter = meter();
    if (meter != null && !response.isCommitted()) {
      meter.containerAnswers();
    }
    if (!ExceptionStatus.isBadRequest(cause, observer.container())) {
      failed(cause);
    }
    noteIfSent();
  }

  /** Keeps the status if it was sent already. */
  void noteIfSent() {
    if (response.isCommitted()) {
      sentStatus = response.getStatus();
    }
  }

  /** Returns the original exception, without the wrappers of containers and frameworks. */
  private Throwable cause(Throwable failure) {
    Throwable cause = failure;
    if (failure instanceof ServletException wrapper && !(failure instanceof UnavailableException)) {
      Throwable root = wrapper.getRootCause();
      cause = root == null ? failure : root;
    }
    Throwable wrapped = cause.getCause();
    return wrapped != null && observer.container().wrapped(cause) ? wrapped : cause;
  }

  /** Called after the filter that began the exchange: ends it now, or when the container does. */
  void leave() {
    try {
      endNowOrLater();
    } catch (Throwable e) {
      // A wrapper of the application failed: the request must not fail for that.
      FatalErrors.rethrow(e);
      finish(0);
    }
  }

  private void endNowOrLater() {
    int status = response.getStatus();
    if (status == HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
      // Another protocol follows, however long; Jetty treats it as asynchronous.
      finish(status);
    } else if (request.isAsyncStarted()) {
      keepRoute(false);
      noteIfSent();
      try {
        request.getAsyncContext().addListener(this);
      } catch (IllegalStateException e) {
        // Another thread completed it between the two calls.
        finish(status());
      }
    } else if (mayChange(status)) {
      keepRoute(true);
      describeForeignSpan(status());
      waiting = true;
      statusWhenLeft = status;
      committedWhenLeft = response.isCommitted();
    } else {
      finishAlone(status());
    }
  }

  /** Returns whether an error page may change the status and a listener is called after it. */
  private boolean mayChange(int status) {
    return (thrown || status >= HttpServletResponse.SC_BAD_REQUEST)
        && request.getDispatcherType() == DispatcherType.REQUEST
        && RequestEndListener.isRegistered(request.getServletContext());
  }

  /** Called when the container has handled an error. */
  void requestEnded() {
    if (waiting) {
      boolean handled =
          request.getDispatcherType() == DispatcherType.ERROR
              || response.getStatus() != statusWhenLeft
              || response.isCommitted() != committedWhenLeft;
      finish(handled ? response.getStatus() : status());
    }
  }

  /** Returns the status that the client receives. */
  private int status() {
    if (!thrown || response.isCommitted()) {
      return response.getStatus();
    }
    return thrownStatus;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    int status = sentStatus == 0 || isErrorPage() ? response.getStatus() : sentStatus;
    if (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR
        && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      // Thrown in a dispatch without our filter; Jetty reports it in no other way.
      failed(cause(failure));
    }
    finish(status);
  }

  /**
   * Returns whether an error page responds instead of a status that {@code sendError} set: in
   * Tomcat such a response reports that it is committed before anything was sent.
   */
  private boolean isErrorPage() {
    return sentStatus >= HttpServletResponse.SC_BAD_REQUEST
        && request.getDispatcherType() == DispatcherType.ERROR
        && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) == null;
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // The container decides the status after this; onComplete reads it.
    describeForeignSpan(0);
    RequestMeter meter = meter();
    if (meter != null) {
      meter.timedOut();
    }
  }

  @Override
  public void onError(AsyncEvent event) {
    Throwable failure = event.getThrowable();
    if (failure != null) {
      failed(cause(failure));
    }
    if (sentStatus != 0) {
      finish(sentStatus);
    } else if (response.isCommitted()
        || response.getStatus() >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR) {
      // The status is final; after this, Tomcat and Jetty do not always call onComplete.
      finish(response.getStatus());
    } else if (!observer.container().completesAfterError() && request.isAsyncStarted()) {
      finish(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    }
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // The container drops the listeners of the cycle before.
    event.getAsyncContext().addListener(this);
  }

  @Override
  protected String requestMethod() {
    return request.getMethod();
  }

  @Override
  protected String requestPath() {
    return request.getRequestURI();
  }

  @Override
  protected @Nullable String requestQuery() {
    return request.getQueryString();
  }

  @Override
  protected @Nullable String requestHeader(String name) {
    return request.getHeader(name);
  }

  @Override
  protected Iterator<String> requestHeaders(String name) {
    Enumeration<String> values = request.getHeaders(name);
    return values == null ? Collections.emptyIterator() : values.asIterator();
  }

  @Override
  protected Iterable<String> requestHeaderNames() {
    Enumeration<String> names = request.getHeaderNames();
    return names == null ? Collections.emptyList() : Collections.list(names);
  }

  @Override
  protected @Nullable String authority() {
    // Only for HTTP/2 and later: without a Host header, HTTP/1 may resolve the name by DNS.
    if (request.getProtocol().startsWith("HTTP/1")) {
      return null;
    }
    String name = request.getServerName();
    return name == null ? null : name + ':' + request.getServerPort();
  }

  @Override
  protected @Nullable String peerAddress() {
    return request.getRemoteAddr();
  }

  @Override
  protected int peerPort() {
    return request.getRemotePort();
  }

  @Override
  protected String applicationPath() {
    return applicationPath(request);
  }

  static String applicationPath(HttpServletRequest request) {
    String servletPath = request.getServletPath();
    String pathInfo = request.getPathInfo();
    return pathInfo == null ? servletPath : servletPath + pathInfo;
  }

  @Override
  protected boolean isOwnEndpoint() {
    return observer.isOwn(request);
  }

  @Override
  protected boolean isInForeignSpan() {
    return observer.joinsObservations() && request.getAttribute(SpringBoot.OBSERVATION) != null;
  }

  @Override
  protected void setResponseHeader(String name, String value) {
    // Added, not set: Server-Timing and similar headers are lists.
    response.addHeader(name, value);
  }

  @Override
  protected Iterator<String> responseHeaders(String name) {
    Collection<String> values = response.getHeaders(name);
    return values == null ? Collections.emptyIterator() : values.iterator();
  }

  @Override
  protected long sentLength() {
    String length = response.isCommitted() ? response.getHeader("Content-Length") : null;
    return length == null ? -1 : Long.parseLong(length);
  }

  @Override
  protected RequestKind requestKind(ServerTelemetry starting) {
    HttpServletMapping first = request.getHttpServletMapping();
    mapping = first;
    return observer.kinds().of(request, first);
  }

  @Override
  protected @Nullable String currentRoute() {
    ServletRoutes routes = observer.routes();
    RouterPatterns named = kept;
    if (named == null
        && status >= HttpServletResponse.SC_BAD_REQUEST
        && request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) != null) {
      // An error page of an asynchronous request, without our filters: its route does not count.
      named = RouterPatterns.NONE;
    }
    // The first mapping, as Undertow reports that of the last dispatch.
    HttpServletMapping first = mapping;
    if (first != null) {
      return named == null
          ? routes.of(request, first, jaxRsPattern, status)
          : routes.of(named, first, status);
    }
    // A wrapper of the application failed when the request arrived.
    first = request.getHttpServletMapping();
    mapping = first;
    String route = routes.of(request, first, jaxRsPattern, status);
    return route != null || first == null ? route : routes.atStart(first);
  }
}
