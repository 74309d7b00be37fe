/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.spring;

import dev.observe.internal.config.Setting;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches unless {@code observe.auto} is false in any of the sources of settings. */
final class OnAuto extends SpringBootCondition {
  OnAuto() {}

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    boolean auto = SpringSettings.of(context.getEnvironment()).all().get(Setting.AUTO);
    return new ConditionOutcome(auto, Setting.AUTO.name() + " is " + auto);
  }
}
