import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path/posix';
import { wardbookError } from '@wardbook/protocol';
import { parameter, userOf, type LabParts, type Routes } from './context.js';

/** Images that a Markdown cell shows by their path; everything else is only ever saved. */
const IMAGES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp'
};

/**
 * Files of the notebook folder as they are, for downloads and for images in Markdown; a shared notebook as it is now. A
 * file is never a page of the lab: it is saved, and would have no origin if a browser showed it.
 */
export const fileRoutes: Routes = (server, parts) => {
  server.get('/files/*', async (request, reply) => {
    userOf(request, parts);
    const path = parameter(request);
    const target = parts.notebooks.resolve(path);
    if (!existsSync(target) || !statSync(target).isFile())
      throw wardbookError('LAB_NOT_FOUND', { path });
    const name = encodeURIComponent(basename(path)).replaceAll("'", '%27');
    return reply
      .header('content-type', IMAGES[extname(path).toLowerCase()] ?? 'application/octet-stream')
      .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
      .header('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'")
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-store')
      .send(await bytesOf(parts, path, target));
  });
};

async function bytesOf(parts: LabParts, path: string, target: string): Promise<Buffer> {
  const live = path.endsWith('.ipynb') ? await parts.rooms.live(path) : null;
  return live === null ? readFile(target) : Buffer.from(`${JSON.stringify(live, null, 1)}\n`);
}
