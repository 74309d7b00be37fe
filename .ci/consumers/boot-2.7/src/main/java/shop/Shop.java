/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package shop;

import dev.observe.servlet.ObserveFilter;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers hello, observed by a filter bean. */
@SpringBootApplication
@RestController
public class Shop {
  /** Starts the application. */
  public static void main(String[] args) {
    SpringApplication.run(Shop.class, args);
  }

  /** Registers the filter before that of Spring Security. */
  @Bean
  public FilterRegistrationBean<ObserveFilter> observe() {
    FilterRegistrationBean<ObserveFilter> filter =
        new FilterRegistrationBean<>(new ObserveFilter());
    filter.addInitParameter("otel.service.name", "shop");
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  /** Answers hello. */
  @GetMapping("/hello/{name}")
  public String hello(@PathVariable String name) {
    return "hello " + name;
  }
}
