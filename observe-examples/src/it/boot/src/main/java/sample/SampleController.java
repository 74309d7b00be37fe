/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.MDC;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** One handler for each way in which a request can end. */
@RestController
class SampleController {
  @GetMapping("/hello/{name}")
  String hello(@PathVariable("name") String name) {
    return "Hello " + name;
  }

  @GetMapping("/trace")
  String trace() {
    return MDC.get("trace_id") + " " + MDC.get("span_id");
  }

  @GetMapping("/boom/{id}")
  String boom(@PathVariable("id") String id) {
    throw new IllegalStateException("boom " + id);
  }

  @GetMapping("/secret")
  String secret() {
    return "secret";
  }

  @GetMapping("/slow/{millis}")
  String slow(@PathVariable("millis") long millis) throws InterruptedException {
    Thread.sleep(millis);
    return "slow";
  }

  @GetMapping("/callable/{id}")
  Callable<String> callable(@PathVariable("id") String id) {
    return () -> "callable " + id;
  }

  @GetMapping("/future/{id}")
  CompletableFuture<String> future(@PathVariable("id") String id) {
    return CompletableFuture.supplyAsync(
        () -> {
          throw new IllegalStateException("failed " + id);
        });
  }

  @GetMapping("/events/{id}")
  SseEmitter events(@PathVariable("id") String id) {
    SseEmitter emitter = new SseEmitter();
    new Thread(
            () -> {
              try {
                emitter.send("first " + id);
                emitter.send("second " + id);
                emitter.complete();
              } catch (IOException e) {
                emitter.completeWithError(e);
              }
            })
        .start();
    return emitter;
  }
}
