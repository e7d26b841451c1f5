import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabUser } from '../config.js';
import { replaceFile } from '../rooms/replace-file.js';
import type { LabParts } from './context.js';

/** What the page keeps for one person: settings and workspaces, one file each in a folder of theirs. */
export class OwnFiles {
  readonly #folder: string;

  constructor({ config }: LabParts, user: LabUser) {
    this.#folder = join(config.home, 'users', user.name);
  }

  /** Text of a file; null when there is none. */
  async read(kind: FileKind, id: string): Promise<string | null> {
    const path = this.#path(kind, id);
    return existsSync(path) ? readFile(path, 'utf8') : null;
  }

  /** Writes a file whole. */
  async write(kind: FileKind, id: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await replaceFile(this.#path(kind, id), text);
  }

  /** Removes a file. @returns false when there was none */
  async remove(kind: FileKind, id: string): Promise<boolean> {
    const path = this.#path(kind, id);
    if (!existsSync(path)) return false;
    await rm(path, { force: true });
    return true;
  }

  /** Ids of all files of a kind, sorted; may be empty. */
  async ids(kind: FileKind): Promise<string[]> {
    if (!existsSync(this.#folder)) return [];
    const pattern = new RegExp(`^${kind}-(.+)\\${ENDINGS[kind]}$`);
    const names = (await readdir(this.#folder)).map(name => pattern.exec(name)?.[1]);
    return names
      .filter(name => name !== undefined)
      .map(decodeURIComponent)
      .sort();
  }

  #path(kind: FileKind, id: string): string {
    return join(this.#folder, `${kind}-${encodeURIComponent(id)}${ENDINGS[kind]}`);
  }
}

/** What is kept. */
export type FileKind = 'settings' | 'workspace';

const ENDINGS: Readonly<Record<FileKind, string>> = { settings: '.json5', workspace: '.json' };
