/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import dev.observe.examples.courseware.rpc.LoginRequest;
import dev.observe.examples.courseware.rpc.User;
import dev.observe.examples.courseware.rpc.UserId;
import dev.observe.examples.courseware.rpc.UsersGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The service user-rpc: knows one user. */
final class UserRpc extends UsersGrpc.UsersImplBase {
  private static final User ANN = User.newBuilder().setId("u1").setName("ann").build();

  @Override
  public void login(LoginRequest request, StreamObserver<User> answer) {
    boolean known = request.getName().equals("ann") && request.getPassword().equals("secret");
    answer(known, Status.UNAUTHENTICATED, answer);
  }

  @Override
  public void findUser(UserId request, StreamObserver<User> answer) {
    answer(request.getId().equals(ANN.getId()), Status.NOT_FOUND, answer);
  }

  private static void answer(boolean known, Status otherwise, StreamObserver<User> answer) {
    if (known) {
      answer.onNext(ANN);
      answer.onCompleted();
    } else {
      answer.onError(otherwise.asRuntimeException());
    }
  }
}
