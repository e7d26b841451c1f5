import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { wardbookError } from '@wardbook/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LabUser } from '../config.js';
import { escapeHtml, messagePage } from './message-page.js';
import { parameter, userOf, type LabParts, type Routes } from './context.js';

const Manifest = z.looseObject({
  scripts: z.array(z.string()),
  styles: z.array(z.string()).default([]),
  version: z.string()
});
const ExtensionPackage = z.looseObject({
  name: z.string(),
  version: z.string(),
  jupyterlab: z.looseObject({
    _build: z.looseObject({ load: z.string(), extension: z.string() }),
    disabledExtensions: z.array(z.string()).default([])
  })
});

// Of JupyterLab's own plugins, those whose server side a lab does not have.
const DISABLED = [
  '@jupyterlab/terminal-extension',
  '@jupyterlab/extensionmanager-extension',
  '@jupyterlab/pluginmanager-extension',
  '@jupyterlab/hub-extension',
  '@jupyterlab/lsp-extension',
  // Print and export go through nbconvert, which is Python.
  '@jupyterlab/apputils-extension:print',
  '@jupyterlab/notebook-extension:export',
  '@jupyterlab/notebook-extension:language-server',
  '@jupyterlab/fileeditor-extension:language-server',
  '@jupyterlab/apputils-extension:announcements',
  '@jupyterlab/apputils-extension:licenses-plugin',
  '@jupyterlab/filebrowser-extension:share-file'
];

/** Login by link, the JupyterLab page and its files. */
export const pageRoutes: Routes = (server, parts) => {
  const { build, labextension } = parts.config.app;
  void server.register(fastifyStatic, {
    root: join(build, 'static'),
    prefix: '/static/lab/',
    immutable: true,
    maxAge: '30d'
  });
  void server.register(fastifyStatic, {
    root: join(build, 'themes'),
    prefix: '/lab/api/themes/',
    decorateReply: false
  });
  if (existsSync(labextension))
    void server.register(fastifyStatic, {
      root: labextension,
      prefix: '/lab/extensions/@wardbook/jupyterlab-extension/',
      decorateReply: false
    });
  server.get('/login', (request, reply) => login(request, reply, parts));
  server.get('/logout', (_request, reply) =>
    reply.header('set-cookie', parts.sessions.endingCookie).redirect('/login')
  );
  server.get('/', (_request, reply) => reply.redirect('/lab'));
  server.get('/lab', (request, reply) => page(request, reply, parts, {}));
  server.get('/lab/tree/*', (request, reply) =>
    page(request, reply, parts, { treePath: parameter(request) })
  );
  server.get('/lab/workspaces/:workspace', (request, reply) =>
    page(request, reply, parts, { workspace: parameter(request, 'workspace') })
  );
  server.get('/lab/workspaces/:workspace/tree/*', (request, reply) => {
    const workspace = parameter(request, 'workspace');
    return page(request, reply, parts, { workspace, treePath: parameter(request) });
  });
};

interface PageView {
  readonly workspace?: string;
  readonly treePath?: string;
}

function login(request: FastifyRequest, reply: FastifyReply, parts: LabParts): FastifyReply {
  const { token } = request.query as { token?: string };
  const french = (request.headers['accept-language'] ?? '').startsWith('fr');
  const user = token === undefined ? null : parts.sessions.userOfToken(token);
  if (user === null)
    return reply
      .code(token === undefined ? 200 : 403)
      .type('text/html; charset=utf-8')
      .send(messagePage(french, token === undefined ? 'welcome' : 'wrong-link'));
  const { landing } = parts.config;
  // Every visit by link opens the landing notebook in a fresh window layout.
  const target = landing === null ? '/lab' : `/lab/tree/${encodeURI(landing)}?reset`;
  return reply.header('set-cookie', parts.sessions.cookieFor(user, Date.now())).redirect(target);
}

function page(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: LabParts,
  view: PageView
): FastifyReply {
  const user = parts.sessions.authenticate(request.headers, Date.now());
  if (user === null) return reply.redirect('/login');
  userOf(request, parts);
  const { build } = parts.config.app;
  const manifestFile = join(build, 'manifest.json');
  if (!existsSync(manifestFile)) throw wardbookError('CONFIG_INVALID', { path: 'app.build' });
  const manifest = Manifest.parse(JSON.parse(readFileSync(manifestFile, 'utf8')));
  const config = JSON.stringify(pageConfig(parts, user, manifest.version, view));
  const scripts = manifest.scripts
    .map(name => `<script defer src="/static/lab/${escapeHtml(name)}"></script>`)
    .join('');
  const styles = manifest.styles
    .map(name => `<link rel="stylesheet" href="/static/lab/${escapeHtml(name)}">`)
    .join('');
  const lang = user.locale === 'fr_FR' ? 'fr' : 'en';
  return reply
    .header('content-security-policy', "frame-ancestors 'self'; object-src 'none'; base-uri 'self'")
    .header('referrer-policy', 'same-origin')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8').send(`<!DOCTYPE html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Wardbook</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<script id="jupyter-config-data" type="application/json">${config.replaceAll('<', '\\u003c')}</script>
${styles}${scripts}</head>
<body><noscript>Wardbook needs JavaScript.</noscript></body></html>`);
}

function pageConfig(
  parts: LabParts,
  user: LabUser,
  version: string,
  view: PageView
): Record<string, unknown> {
  const federated = federatedExtensions(parts);
  return {
    appName: 'Wardbook',
    appVersion: version,
    appNamespace: 'lab',
    appSettingsDir: '',
    baseUrl: '/',
    wsUrl: '',
    appUrl: '/lab',
    treeUrl: '/lab/tree',
    workspacesUrl: '/lab/workspaces/',
    workspacesApiUrl: '/lab/api/workspaces',
    settingsUrl: '/lab/api/settings',
    themesUrl: '/lab/api/themes',
    translationsApiUrl: '/lab/api/translations',
    licensesUrl: '/lab/api/licenses',
    listingsUrl: '/lab/api/listings',
    labextensionsUrl: '/lab/extensions',
    fullStaticUrl: '/static/lab',
    fullLabextensionsUrl: '/lab/extensions',
    fullMathjaxUrl: '',
    terminalsAvailable: false,
    exposeAppInBrowser: false,
    devMode: false,
    mode: 'multiple-document',
    workspace: 'default',
    ...view,
    collaborative: false,
    quitButton: false,
    token: '',
    notebookVersion: '[2, 17, 0]',
    preferredPath: '',
    rootUri: '',
    store_id: 0,
    cacheFiles: false,
    wardbookUser: { name: user.name, role: user.role, member: user.member },
    disabledExtensions: [...DISABLED, ...federated.flatMap(({ disabled }) => disabled)],
    deferredExtensions: [],
    federated_extensions: federated.map(({ build }) => build)
  };
}

interface Federated {
  readonly build: unknown;
  readonly disabled: readonly string[];
}

function federatedExtensions({ config }: LabParts): Federated[] {
  const file = join(config.app.labextension, 'package.json');
  if (!existsSync(file)) return [];
  const { name, jupyterlab } = ExtensionPackage.parse(JSON.parse(readFileSync(file, 'utf8')));
  return [{ build: { name, ...jupyterlab._build }, disabled: jupyterlab.disabledExtensions }];
}
