import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute, join, normalize, relative } from 'node:path';
import { wardbookError } from '@wardbook/protocol';

/** The folder that the lab shows; no path leads out of it, not through `..`, not through a link. */
export class NotebookFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = realpathSync(root);
  }

  /** The file behind an API path. @throws LAB_BAD_PATH for one that leads out, is hidden or malformed */
  resolve(path: string): string {
    const clean = normalize(`/${path}`).slice(1).replace(/\/$/, '');
    // Also catches `..`.
    const hidden = path.split('/').some(part => part.startsWith('.'));
    if (path.includes('\0') || path.includes('\\') || isAbsolute(clean) || hidden)
      throw wardbookError('LAB_BAD_PATH', { path });
    const target = join(this.root, clean);
    this.#checkLinks(target, path);
    return target;
  }

  #checkLinks(target: string, path: string): void {
    let at = this.root;
    for (const part of relative(this.root, target).split('/')) {
      at = join(at, part);
      try {
        if (lstatSync(at).isSymbolicLink()) throw wardbookError('LAB_BAD_PATH', { path });
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
        throw error;
      }
    }
  }
}
