/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;

import dev.observe.Observe;
import dev.observe.testkit.OtlpReceiver;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ApplicationContextFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.mock.web.MockServletContext;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.GenericWebApplicationContext;

/** An application without a server, as Spring's tests start it by default. */
class MockMvcIT {
  @Test
  void request_withoutAServer_isMeasured() throws Exception {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      SpringApplication application = new SpringApplication(SampleApplication.class);
      application.setApplicationContextFactory(
          ApplicationContextFactory.of(
              () -> {
                var context = new GenericWebApplicationContext();
                context.setServletContext(new MockServletContext());
                return context;
              }));
      try (ConfigurableApplicationContext context =
          application.run(Sample.builder().collector(collector).arguments())) {
        Filter filter =
            (Filter) context.getBean("observeFilter", FilterRegistrationBean.class).getFilter();
        MockMvc mvc =
            MockMvcBuilders.webAppContextSetup((WebApplicationContext) context)
                // As Spring Boot's customizer does.
                .addFilter(
                    filter, "observeFilter", Map.of(), EnumSet.allOf(DispatcherType.class), "/*")
                .build();

        mvc.perform(get("/hello/ada")).andExpect(content().string("Hello ada"));
      }

      assertThat(collector.spans())
          .singleElement()
          .satisfies(span -> assertThat(span.name()).isEqualTo("GET /hello/{name}"));
    }
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
  }
}
