import { readFile } from 'node:fs/promises';

const EVERY_MS = 250;
const PAGE_BYTES = 4_096;
const MB = 1_048_576;

/**
 * Watches the resident memory of a process and of all that it started. Array buffers and native memory count, which
 * V8's own limit leaves out. Linux only: elsewhere V8's limit alone holds.
 *
 * @param limitMb null = no limit
 * @returns ends the watch
 */
export function watchMemory(
  pid: number | undefined,
  limitMb: number | null,
  exceeded: () => void
): () => void {
  if (pid === undefined || limitMb === null || process.platform !== 'linux') return () => undefined;
  const timer = setInterval(() => {
    void residentBytes(pid).then(bytes => {
      if (bytes > limitMb * MB) exceeded();
    });
  }, EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Resident bytes of a process and its descendants; 0 when it is gone. */
export async function residentBytes(pid: number): Promise<number> {
  const [statm, children] = await Promise.all([
    read(`/proc/${pid}/statm`),
    read(`/proc/${pid}/task/${pid}/children`)
  ]);
  const own = Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES;
  const pids = children.split(' ').map(Number).filter(Boolean);
  const below = await Promise.all(pids.map(residentBytes));
  return below.reduce((sum, bytes) => sum + bytes, own);
}

async function read(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
