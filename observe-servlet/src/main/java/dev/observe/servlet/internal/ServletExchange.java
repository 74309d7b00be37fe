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
import jakarta.servlet.AsyncContext;
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

/**
 * A request of a servlet container, as the core sees it; and the listener that learns how an
 * asynchronous one ends.
 */
public final class ServletExchange extends ServerExchange implements AsyncListener {
  /** The one request attribute of ours: whoever finds it there is not the first. */
  public static final String ATTRIBUTE = "dev.observe.exchange";

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final RequestObserver observer;
  private @Nullable String jaxRsPattern;

  /** What the container chose the servlet by, when the request came. */
  private @Nullable HttpServletMapping mapping;

  /** Whether the application threw, so that the container decides the answer. */
  private volatile boolean thrown;

  /** What a container makes of what was thrown, when nothing was sent before. */
  private volatile int thrownStatus;

  /** The status that was sent while the application was at it; Tomcat may report another later. */
  private volatile int sentStatus;

  /** Whether the end waits for {@link RequestEndListener}, and what the answer was before. */
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
  public void matched(String pattern) {
    this.jaxRsPattern = pattern;
  }

  /** Takes over a request that was only counted so far. */
  void takeOver(
      MetricsOnlyRequests requests,
      RequestKind kind,
      long startNanos,
      @Nullable HttpServletMapping firstMapping) {
    this.mapping = firstMapping;
    takeOver(requests, kind, startNanos);
  }

  /** Returns the request that the exchange is of. */
  public HttpServletRequest request() {
    return request;
  }

  /** Returns the exchange that a filter further out has begun, or null. */
  static @Nullable ServletExchange of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof ServletExchange exchange ? exchange : null;
  }

  /** Notes what the application threw; the container decides the answer from it. */
  void thrown(Throwable failure) {
    Throwable cause = cause(failure);
    thrown = true;
    thrownStatus = ExceptionStatus.of(cause);
    RequestMeter meter = meter();
    if (meter != null && !response.isCommitted()) {
      meter.containerAnswers();
    }
    if (!ExceptionStatus.isBadRequest(cause)) {
      failed(cause);
    }
    noteIfSent();
  }

  /** Keeps the status that the client has already. */
  void noteIfSent() {
    if (response.isCommitted()) {
      sentStatus = response.getStatus();
    }
  }

  /** What was thrown first, out of the packing that containers and frameworks put around it. */
  private static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    if (failure instanceof ServletException wrapper && !(failure instanceof UnavailableException)) {
      Throwable root = wrapper.getRootCause();
      cause = root == null ? failure : root;
    }
    Throwable packed = cause.getCause();
    return packed != null && isPacking(cause) ? packed : cause;
  }

  /**
   * Undertow packs what a forward or an include threw, Tomcat what an asynchronous dispatch threw,
   * into a plain exception of its own making.
   */
  private static boolean isPacking(Throwable failure) {
    if (failure.getClass() != RuntimeException.class) {
      return false;
    }
    StackTraceElement[] frames = failure.getStackTrace();
    String maker = frames.length == 0 ? "" : frames[0].getClassName();
    return maker.startsWith("io.undertow.") || maker.startsWith("org.apache.catalina.");
  }

  /**
   * Called when the filter that began the exchange is left: it ends now, or when the container
   * says.
   */
  void leave() {
    try {
      endNowOrLater();
    } catch (RuntimeException e) {
      // Somebody's wrapper does not answer: the request must not fail for that.
      finish(0);
    }
  }

  private void endNowOrLater() {
    int status = response.getStatus();
    if (status == HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
      // What comes now is another protocol, however long; for Jetty it is asynchronous.
      finish(status);
    } else if (request.isAsyncStarted()) {
      noteIfSent();
      try {
        request.getAsyncContext().addListener(this);
      } catch (IllegalStateException e) {
        // Another thread completed it between the two calls.
        finish(status());
      }
    } else if (mayChange(status)) {
      waiting = true;
      statusWhenLeft = status;
      committedWhenLeft = response.isCommitted();
    } else {
      finishAlone(status());
    }
  }

  /** Whether an error page may change the status, and we shall hear of it. */
  private boolean mayChange(int status) {
    return (thrown || status >= HttpServletResponse.SC_BAD_REQUEST)
        && request.getDispatcherType() == DispatcherType.REQUEST
        && RequestEndListener.isRegistered(request.getServletContext());
  }

  /** Called when the container has handled what went wrong, where it tells. */
  void requestEnded() {
    if (waiting) {
      boolean handled =
          request.getDispatcherType() == DispatcherType.ERROR
              || response.getStatus() != statusWhenLeft
              || response.isCommitted() != committedWhenLeft;
      finish(handled ? response.getStatus() : status());
    }
  }

  /** What the client sees: after an uncommitted failure, what the container makes of it. */
  private int status() {
    if (!thrown || response.isCommitted()) {
      return response.getStatus();
    }
    return thrownStatus;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    int status = sentStatus != 0 ? sentStatus : response.getStatus();
    if (status >= HttpServletResponse.SC_INTERNAL_SERVER_ERROR
        && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      // Thrown in a dispatch that we are not mapped to; Jetty tells of it in no other way.
      failed(cause(failure));
    }
    finish(status);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // The answer to a timeout is decided after this; onComplete sees it.
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
      // The answer stands; after this, Tomcat and Jetty do not always call onComplete.
      finish(response.getStatus());
    } else if (!completesAfterError(event.getAsyncContext()) && request.isAsyncStarted()) {
      finish(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    }
  }

  /** Whether a container is known to decide the answer to an error later, and to tell. */
  private static boolean completesAfterError(AsyncContext async) {
    String name = async.getClass().getName();
    return name.startsWith("org.eclipse.jetty.") || name.startsWith("io.undertow.");
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // The next cycle starts without the listeners of the last.
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
    // Asked only of HTTP/2 and later: without a Host header, HTTP/1 may look the name up in DNS.
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
    String servletPath = request.getServletPath();
    String pathInfo = request.getPathInfo();
    return pathInfo == null ? servletPath : servletPath + pathInfo;
  }

  @Override
  protected boolean isOwnEndpoint() {
    return observer.isOwn(request);
  }

  @Override
  protected void setResponseHeader(String name, String value) {
    // Not in the place of others: Server-Timing and the like are lists.
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
    HttpServletMapping first = mapping;
    if (first != null) {
      // Undertow shows the mapping of the last dispatch later: what a router says is still asked.
      return ServletRoute.ofRouter(request, first, observer, jaxRsPattern);
    }
    first = request.getHttpServletMapping();
    mapping = first;
    return ServletRoute.of(request, first, observer, jaxRsPattern);
  }
}
