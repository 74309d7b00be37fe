/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.http.ServerExchange;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.UnavailableException;
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
final class ServletExchange extends ServerExchange implements AsyncListener {
  /** The one request attribute of ours: whoever finds it there is not the first. */
  static final String ATTRIBUTE = "dev.observe.exchange";

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final RequestObserver observer;
  private @Nullable String jaxRsPattern;
  private boolean thrown;

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

  /** Returns the request that the exchange is of. */
  HttpServletRequest request() {
    return request;
  }

  /** Returns the exchange that a filter further out has begun, or null. */
  static @Nullable ServletExchange of(ServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof ServletExchange exchange ? exchange : null;
  }

  /** Notes what the application threw; the container decides the answer from it. */
  void thrown(Throwable failure) {
    thrown = true;
    failed(cause(failure));
  }

  /** A servlet exception around another is packing. */
  private static Throwable cause(Throwable failure) {
    if (failure instanceof ServletException wrapper && !(failure instanceof UnavailableException)) {
      Throwable cause = wrapper.getRootCause();
      return cause == null ? failure : cause;
    }
    return failure;
  }

  /**
   * Called when the filter that began the exchange is left: it ends now, or when the container
   * says.
   */
  void leave() {
    if (!request.isAsyncStarted()) {
      finish(status());
      return;
    }
    try {
      request.getAsyncContext().addListener(this);
    } catch (IllegalStateException e) {
      // Another thread completed it between the two calls.
      finish(status());
    }
  }

  /** What the client sees: after an uncommitted failure, what the container makes of it. */
  private int status() {
    if (!thrown || response.isCommitted()) {
      return response.getStatus();
    }
    return failure() instanceof UnavailableException unavailable && unavailable.isPermanent()
        ? HttpServletResponse.SC_NOT_FOUND
        : failure() instanceof UnavailableException
            ? HttpServletResponse.SC_SERVICE_UNAVAILABLE
            : HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    finish(status());
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // The answer to a timeout is decided after this; onComplete sees it.
  }

  @Override
  public void onError(AsyncEvent event) {
    Throwable failure = event.getThrowable();
    if (failure != null) {
      failed(cause(failure));
    }
    if (thrown) {
      // Tomcat calls nothing else after an exception that left the filter chain.
      finish(status());
    }
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
  protected String requestScheme() {
    return request.getScheme();
  }

  @Override
  protected String requestProtocol() {
    return request.getProtocol();
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
  protected @Nullable String currentRoute() {
    return ServletRoute.of(request, observer.routeResolver(), jaxRsPattern);
  }
}
