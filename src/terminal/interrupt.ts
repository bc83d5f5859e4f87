/** A signal that the first Ctrl+C, or a pipeline's wish to end, gives; a second one ends the process at once. */
export async function whileInterruptible<T>(work: (stop: AbortController) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupted = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    return await work(stop);
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}
