/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import dev.observe.examples.courseware.rpc.CoursewareId;
import dev.observe.examples.courseware.rpc.CoursewaresGrpc.CoursewaresBlockingStub;
import dev.observe.examples.support.Http;
import io.grpc.StatusRuntimeException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The service courseware-api: {@code GET /coursewares/{id}} with a token answers the title. */
final class CoursewareApi extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient CoursewaresBlockingStub coursewares;
  private final transient Jwt jwt;

  CoursewareApi(CoursewaresBlockingStub coursewares, Jwt jwt) {
    this.coursewares = coursewares;
    this.jwt = jwt;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    request.setAttribute("http.route", "/coursewares/{id}");
    if (jwt.user(request).isEmpty()) {
      Http.answer(response, HttpServletResponse.SC_UNAUTHORIZED, "no valid token");
      return;
    }
    String id = String.valueOf(request.getPathInfo()).substring(1);
    try {
      CoursewareId call = CoursewareId.newBuilder().setId(id).build();
      Http.answer(response, HttpServletResponse.SC_OK, coursewares.findCourseware(call).getTitle());
    } catch (StatusRuntimeException e) {
      Http.answer(response, Rpc.status(e), "no such courseware");
    }
  }
}
