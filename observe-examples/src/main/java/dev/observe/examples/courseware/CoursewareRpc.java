/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.courseware;

import dev.observe.examples.courseware.rpc.Courseware;
import dev.observe.examples.courseware.rpc.CoursewareId;
import dev.observe.examples.courseware.rpc.CoursewaresGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The service courseware-rpc: knows one courseware. */
final class CoursewareRpc extends CoursewaresGrpc.CoursewaresImplBase {
  @Override
  public void findCourseware(CoursewareId request, StreamObserver<Courseware> answer) {
    if (request.getId().equals("c1")) {
      answer.onNext(Courseware.newBuilder().setId("c1").setTitle("tracing").build());
      answer.onCompleted();
    } else {
      answer.onError(Status.NOT_FOUND.asRuntimeException());
    }
  }
}
