/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes, with tests that must fail, in a separate test plan. */
public final class Results implements TestExecutionListener {
  public static final String PASSED = "passed";

  private final Map<String, String> byTest = new TreeMap<>();

  private Results() {}

  /** Returns {@link #PASSED} or the failure message of each test and of each failed class. */
  public static Map<String, String> of(Class<?> testClass) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(testClass))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            // Their messages name the thread, which is that of the caller.
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
            .build();
    Results results = new Results();
    LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build())
        .execute(request, results);
    return results.byTest;
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    String failure =
        result.getThrowable().map(thrown -> String.valueOf(thrown.getMessage())).orElse(PASSED);
    if (test.isTest() || !failure.equals(PASSED)) {
      byTest.put(test.getDisplayName().replaceFirst("\\(.*", ""), failure);
    }
  }
}
