/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers hello. */
@SpringBootApplication
@RestController
public class Shop {
  /** Starts the application. */
  public static void main(String[] args) {
    SpringApplication.run(Shop.class, args);
  }

  /** Answers hello. */
  @GetMapping("/hello/{name}")
  public String hello(@PathVariable("name") String name) {
    return "hello " + name;
  }
}
