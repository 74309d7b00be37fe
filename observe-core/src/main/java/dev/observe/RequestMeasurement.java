/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * A measurement of each request in addition to its duration; off by default because of its cost.
 *
 * <p>Constants may be added in any release: a {@code switch} over them needs a default.
 *
 * @since 0.1
 */
public enum RequestMeasurement {
  /** The bytes of the request body that the application read. */
  REQUEST_BODY_SIZE,

  /** The bytes of the response body that the application wrote. */
  RESPONSE_BODY_SIZE,

  /** The time from the start of the request to the first byte of the response. */
  TIME_TO_FIRST_BYTE,

  /** The processor time of the threads that served the request. */
  CPU_TIME,

  /** The bytes that the threads that served the request allocated on the heap. */
  ALLOCATED_MEMORY
}
