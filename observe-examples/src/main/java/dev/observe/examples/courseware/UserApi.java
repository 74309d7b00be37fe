/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import dev.observe.examples.courseware.rpc.LoginRequest;
import dev.observe.examples.courseware.rpc.UserId;
import dev.observe.examples.courseware.rpc.UsersGrpc.UsersBlockingStub;
import dev.observe.examples.support.Http;
import io.grpc.StatusRuntimeException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * The service user-api: {@code POST /users} with {@code name:password} answers a token, and {@code
 * GET /users} the user of a token.
 */
final class UserApi extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient UsersBlockingStub users;
  private final transient Jwt jwt;

  UserApi(UsersBlockingStub users, Jwt jwt) {
    this.users = users;
    this.jwt = jwt;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String[] login = String.valueOf(request.getReader().readLine()).split(":", 2);
    LoginRequest call =
        LoginRequest.newBuilder().setName(login[0]).setPassword(login[login.length - 1]).build();
    try {
      Http.answer(response, HttpServletResponse.SC_OK, jwt.sign(users.login(call).getId()));
    } catch (StatusRuntimeException e) {
      Http.answer(response, Rpc.status(e), "no such user");
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<String> user = jwt.user(request);
    if (user.isEmpty()) {
      Http.answer(response, HttpServletResponse.SC_UNAUTHORIZED, "no valid token");
      return;
    }
    try {
      UserId call = UserId.newBuilder().setId(user.get()).build();
      Http.answer(response, HttpServletResponse.SC_OK, users.findUser(call).getName());
    } catch (StatusRuntimeException e) {
      Http.answer(response, Rpc.status(e), "no such user");
    }
  }
}
