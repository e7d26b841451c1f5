import { join } from 'node:path';
import { readLabConfig } from './config.js';
import { Executions } from './execution/executions.js';
import { Journal } from './execution/journal.js';
import { ReleasedResults } from './gateway/released-results.js';
import { Upstream } from './gateway/upstream.js';
import type { LabParts } from './http/context.js';
import { NotebookFolder } from './http/notebook-folder.js';
import { createHttpServer } from './http/server.js';
import { createUpgrades } from './http/upgrades.js';
import { Sessions } from './identity/sessions.js';
import { Kernels } from './kernels/kernels.js';
import { DocumentIndex } from './rooms/document-index.js';
import { Rooms } from './rooms/rooms.js';

/** A running lab. */
export interface Lab extends AsyncDisposable {
  /** Base address, ends in a slash. */
  readonly url: string;
}

/**
 * Starts a lab from its configuration file: JupyterLab, shared notebooks, kernels, gateway.
 *
 * @throws CONFIG_INVALID
 */
export async function startLab(
  configPath: string,
  onError: (error: unknown) => void
): Promise<Lab> {
  const config = await readLabConfig(configPath);
  let url = '';
  const documents = join(config.home, 'documents');
  const sessions = new Sessions(config.users, config.home);
  const notebooks = new NotebookFolder(config.notebooks);
  const index = new DocumentIndex(documents);
  const upstream = new Upstream(config.coordinator);
  const results = new ReleasedResults(upstream);
  const rooms = new Rooms({
    folder: documents,
    index,
    notebooks,
    isReleased: result => results.isReleased(result),
    onError
  });
  const kernels = new Kernels({
    command: config.kernelCommand,
    folder: notebooks.root,
    runtime: join(config.home, 'kernels'),
    gatewayUrl: () => new URL('wardbook/', url).href
  });
  const journal = new Journal(config.home);
  const executions = new Executions({ rooms, index, kernels, journal, results, onError });
  const parts: LabParts = {
    config,
    sessions,
    notebooks,
    index,
    rooms,
    kernels,
    executions,
    journal,
    upstream
  };
  const server = createHttpServer(parts);
  const upgrades = createUpgrades(parts);
  server.server.on('upgrade', (request, socket, head) => upgrades.handle(request, socket, head));
  await executions.recover();
  url = `${await server.listen({ host: config.host, port: config.port })}/`;
  sessions.port = Number(new URL(url).port);
  return {
    url,
    async [Symbol.asyncDispose]() {
      upgrades.close();
      await server.close();
      await kernels.close();
      await rooms.close();
      journal.close();
    }
  };
}
