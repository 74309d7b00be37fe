/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import dev.observe.internal.util.SafeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Encoded requests in the files of one directory, which outlive the process.
 *
 * <p>One thread writes, one reads. A rename makes a file appear complete; the reader removes it.
 * Writes are not forced to the disk, so files survive the death of the process but may be damaged
 * by that of the machine, which a check sum detects.
 */
final class Spool {
  private static final String LOCK = "lock";
  private static final String TEMPORARY = ".tmp";
  private static final int MAX_FAILED_READS = 5;
  private static final long LOCK_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LOCK_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path directory;
  private final long maxBytes;
  private final FileChannel lock;
  private final Queue<SpoolFile> files = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong spans = new AtomicLong();
  private final long recoveredSpans;
  private long nextSequence;
  private int failedReads;
  private volatile String problem = "";

  private Spool(Path directory, long maxBytes, FileChannel lock) throws IOException {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.lock = lock;
    recover();
    this.recoveredSpans = spans.get();
  }

  /**
   * Opens the spool of a directory, which is created if absent.
   *
   * @throws IllegalArgumentException if the directory cannot be used, or another process uses it
   */
  static Spool open(Path directory, long maxBytes) {
    FileChannel lock = null;
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
      }
      lock =
          FileChannel.open(
              directory.resolve(LOCK),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              ownerOnly(directory, "rw-------"));
      if (!acquire(lock)) {
        throw new IllegalArgumentException(
            "spool must be a directory of one process alone, was " + directory + ", in use");
      }
      return new Spool(directory, maxBytes, lock);
    } catch (IOException | RuntimeException e) {
      closeQuietly(lock);
      if (e instanceof IllegalArgumentException known) {
        throw known;
      }
      throw new IllegalArgumentException(
          "spool must be a directory that can be written, was "
              + directory
              + ": "
              + SafeText.describe(e),
          e);
    }
  }

  /** Waits up to two seconds: a pipeline that is closing may still hold the lock. */
  private static boolean acquire(FileChannel channel) throws IOException {
    long start = System.nanoTime();
    do {
      try {
        FileLock held = channel.tryLock();
        if (held != null) {
          return true;
        }
      } catch (OverlappingFileLockException e) {
        // Held in this process.
      }
      LockSupport.parkNanos(LOCK_POLL_NANOS);
    } while (System.nanoTime() - start < LOCK_WAIT_NANOS
        && !Thread.currentThread().isInterrupted());
    return false;
  }

  private void recover() throws IOException {
    List<SpoolFile> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.endsWith(TEMPORARY)) {
          // Incomplete when the process died; its spans were not spooled yet.
          Files.deleteIfExists(entry);
        } else {
          SpoolFile file = SpoolFile.parse(name, Files.size(entry));
          if (file != null) {
            found.add(file);
          }
        }
      }
    }
    found.sort(Comparator.comparingLong(SpoolFile::sequence));
    for (SpoolFile file : found) {
      add(file);
      nextSequence = file.sequence() + 1;
    }
  }

  private void add(SpoolFile file) {
    bytes.addAndGet(file.bytes());
    spans.addAndGet(file.spans());
    files.add(file);
  }

  /** Returns how many spans an earlier process left in the directory. */
  long recoveredSpans() {
    return recoveredSpans;
  }

  /** Returns how many spans are in the files, including those in flight. Any thread. */
  long spans() {
    return spans.get();
  }

  /** Returns why the last {@link #write} failed, for the log. */
  String problem() {
    return problem;
  }

  /** Writes one request; returns false if the spool is full or the disk fails. */
  boolean write(byte[] request, int spanCount) {
    ByteBuffer content = SpoolFile.encode(request);
    SpoolFile file = new SpoolFile(nextSequence, spanCount, SpoolFile.onDisk(content.remaining()));
    if (bytes.get() + file.bytes() > maxBytes) {
      problem = "the spool is full";
      return false;
    }
    Path temporary = directory.resolve(file.name() + TEMPORARY);
    try {
      try (FileChannel out =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              ownerOnly(directory, "rw-------"))) {
        while (content.hasRemaining()) {
          out.write(content);
        }
      }
      Files.move(temporary, directory.resolve(file.name()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      problem = "the spool cannot be written, " + SafeText.describe(e);
      deleteQuietly(temporary);
      return false;
    }
    nextSequence++;
    add(file);
    return true;
  }

  /**
   * Reads the oldest files that fit into one request within the limits, and at least one. Removes
   * and counts damaged files. Returns null if there are no files.
   */
  @Nullable Batch read(int maxSpans, long maxRequestBytes) {
    List<SpoolFile> taken = new ArrayList<>();
    List<byte[]> requests = new ArrayList<>();
    int corrupt = 0;
    int spanCount = 0;
    long length = 0;
    for (SpoolFile file : files) {
      if (!requests.isEmpty()
          && (spanCount + file.spans() > maxSpans || length + file.bytes() > maxRequestBytes)) {
        break;
      }
      byte[] request = load(file);
      if (request == null) {
        corrupt += file.spans();
        remove(List.of(file));
      } else {
        taken.add(file);
        requests.add(request);
        spanCount += file.spans();
        length += request.length;
      }
    }
    return taken.isEmpty() && corrupt == 0
        ? null
        : new Batch(taken, concatenate(requests, (int) length), spanCount, corrupt);
  }

  /** In protobuf, concatenated messages are their union: repeated fields are merged. */
  private static byte[] concatenate(List<byte[]> requests, int length) {
    if (requests.size() == 1) {
      return requests.get(0);
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    requests.forEach(all::put);
    return all.array();
  }

  private byte @Nullable [] load(SpoolFile file) {
    try {
      byte[] content = Files.readAllBytes(directory.resolve(file.name()));
      failedReads = 0;
      return SpoolFile.decode(content);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      // Unlike damage this may be temporary, for example when too many files are open.
      if (++failedReads < MAX_FAILED_READS) {
        throw new UncheckedIOException(e);
      }
      failedReads = 0;
      return null;
    }
  }

  void remove(List<SpoolFile> done) {
    for (SpoolFile file : done) {
      deleteQuietly(directory.resolve(file.name()));
      if (files.remove(file)) {
        bytes.addAndGet(-file.bytes());
        spans.addAndGet(-file.spans());
      }
    }
  }

  /** Releases the lock of the directory. */
  void close() {
    closeQuietly(lock);
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Delivered again after the next start: a duplicate is better than a loss.
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The lock ends with the process.
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** The files of one request. */
  static final class Batch {
    final List<SpoolFile> files;
    final byte[] request;
    final int spans;

    /** The number of spans in damaged files, which are removed. */
    final int corruptSpans;

    private Batch(List<SpoolFile> files, byte[] request, int spans, int corruptSpans) {
      this.files = files;
      this.request = request;
      this.spans = spans;
      this.corruptSpans = corruptSpans;
    }
  }
}
